import { sizeOf } from '@manabi/ir';
import { type FunctionBuilder, forRange, type LocalId, limitTo, pushScaled } from '../../wasm/index.ts';

/** Locals of the two parameters that contain the range of tasks. */
const [beginParam, endParam] = [1, 2];

/** Division of a step into tasks. Each task computes one block along two axes, for a group of batch indices. */
export interface TaskGrid {
  readonly batch: readonly number[];
  readonly batchesPerTask: number;
  /** Numbers of blocks along the two axes. The index along the second axis varies fastest. */
  readonly blocks: readonly [number, number];
}

/** Returns the number of tasks of a grid. */
export function taskCount({ batch, batchesPerTask, blocks }: TaskGrid): number {
  return Math.ceil(sizeOf(batch) / batchesPerTask) * blocks[0] * blocks[1];
}

/**
 * Writes the loop over the tasks from `begin` to `end`, and the loop over the batch indices of each task. `body`
 * receives the locals with the two block numbers, and those with the index along each batch axis.
 */
export function forTasks(
  f: FunctionBuilder,
  grid: TaskGrid,
  body: (blocks: readonly [LocalId, LocalId], batch: readonly LocalId[]) => void,
): void {
  const { batch, batchesPerTask, blocks } = grid;
  const count = sizeOf(batch);
  const task = f.local('i32');
  const block = [f.local('i32'), f.local('i32')] as const;
  const group = f.local('i32');
  forRange(
    f,
    task,
    () => f.get(beginParam),
    () => f.get(endParam),
    1,
    () => {
      f.get(task).set(group);
      for (const axis of [1, 0] as const) takeDigit(f, group, blocks[axis], block[axis]);
      if (batchesPerTask === 1) {
        body(block, splitIndex(f, group, batch));
        return;
      }
      const flat = f.local('i32');
      const last = f.local('i32');
      pushScaled(f, group, batchesPerTask);
      f.tee(flat).i32(batchesPerTask).op('i32.add').set(last);
      if (count % batchesPerTask !== 0) {
        limitTo(f, last, count);
      }
      forRange(
        f,
        flat,
        () => f.get(flat),
        () => f.get(last),
        1,
        () => body(block, splitIndex(f, flat, batch)),
      );
    },
  );
}

/** Writes code that splits a flat row-major index into one index per axis. Returns the locals with these indices. */
export function splitIndex(f: FunctionBuilder, flat: LocalId, axes: readonly number[]): LocalId[] {
  const indices = f.locals('i32', axes.length);
  const rest = f.local('i32');
  f.get(flat).set(rest);
  for (let axis = axes.length - 1; axis > 0; axis--) takeDigit(f, rest, axes[axis], indices[axis]);
  if (axes.length > 0) f.get(rest).set(indices[0]);
  return indices;
}

/** Writes the code `digit = rest % size; rest = rest / size`. */
function takeDigit(f: FunctionBuilder, rest: LocalId, size: number, digit: LocalId): void {
  if (size === 1) {
    f.i32(0).set(digit);
    return;
  }
  f.get(rest).i32(size).op('i32.rem_u').set(digit);
  f.get(rest).i32(size).op('i32.div_u').set(rest);
}
