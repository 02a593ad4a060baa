import { type FunctionBuilder, forRange, type LocalId } from '../../wasm/index.ts';

/** Writes a loop over the tasks of a function, whose parameters 1 and 2 are the first task and the one after the last. */
export function eachTask(f: FunctionBuilder, task: LocalId, body: () => void): void {
  forRange(
    f,
    task,
    (g) => g.get(1),
    (g) => g.get(2),
    1,
    body,
  );
}
