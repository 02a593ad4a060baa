import { type Kind, kind, readArgument, wrongArgument } from '@manabi/errors';
import { throwIfAborted } from './abort.ts';
import { Dataset } from './dataset.ts';
import { pacer } from './pacer.ts';

const boundKind: Kind<number> = /* @__PURE__ */ kind('a safe integer', (given): given is number =>
  Number.isSafeInteger(given),
);

/**
 * Creates a dataset of the integers from `start` (default 0) to below `stop`, in steps of `step` (default 1).
 *
 * @throws ManabiError `argument` for other numbers than integers, or a step of 0
 * @example
 * ```ts
 * import { range } from '@manabi/data';
 *
 * console.log(await range(3).toArray()); // [0, 1, 2]
 * console.log(await range(5, 0, -2).toArray()); // [5, 3, 1]
 * ```
 */
export function range(stop: number): Dataset<number>;
export function range(start: number, stop: number, step?: number): Dataset<number>;
export function range(first: number, second?: number, step = 1): Dataset<number> {
  const op = 'range';
  readArgument(op, second === undefined ? 'stop' : 'start', first, boundKind);
  if (second !== undefined) readArgument(op, 'stop', second, boundKind);
  readArgument(op, 'step', step, boundKind);
  if (step === 0) throw wrongArgument({ op, name: 'step' }, 'an integer other than 0', step);
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  const count = Math.max(0, Math.ceil((stop - start) / step));
  return new Dataset({
    path: op,
    cardinality: count,
    skipIterations() {},
    async *open(signal) {
      const pace = pacer();
      for (let i = 0; i < count; i++) {
        const pause = pace();
        if (pause !== undefined) await pause;
        throwIfAborted(signal);
        yield start + i * step;
      }
    },
  });
}
