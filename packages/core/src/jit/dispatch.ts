import { count, functionOf, type KindsOf, nullable, optional, readOptions, wrongArgument } from '@manabi/errors';
import type { LazyValue } from '../lazy/value.ts';
import { reportingFailure } from '../run/chain.ts';
import { yieldIfDue } from '../run/event-loop.ts';
import { type CurrentBackend, inOrder } from '../run/in-order.ts';
import { call } from './call.ts';
import { type Fallback, fallBack } from './fall-back.ts';
import { internalsOf, type JitArguments, type Jitted } from './jit.ts';
import type { Leaf } from './pattern.ts';
import { resultsOf, treeOf } from './results.ts';
import type { Specialization } from './specialize.ts';

/** A call of a jitted function that `dispatch` has started, with its future result. */
export interface Dispatched<R> {
  /** Result of the function. Its tensors can be used immediately; they are pending until the call has run. */
  readonly result: R;
  /** Promise that resolves when the call has run, or rejects with the error of the call. */
  readonly done: Promise<void>;
}

/** Options of `dispatch`. */
export interface DispatchOptions<R> {
  /**
   * Function that returns replacements for tensors of the result. If the call fails, later operations continue with
   * these tensors. By default, reading a result of a failed call throws the error of the call.
   */
  readonly fallback?: Fallback<R>;
  /**
   * Number of rows to which smaller batches are padded, for functions with the option `batched`. Default: null, to pad
   * to the next larger of a few built-in sizes.
   */
  readonly batchSize?: number | null;
}

const kinds = {
  fallback: optional(functionOf<Fallback<never>>()),
  batchSize: optional(nullable(count), null),
} satisfies KindsOf<DispatchOptions<never>>;

/**
 * Calls a jitted function and returns its result without waiting for the run. The tensors of the result can be read,
 * used and donated immediately. Calls and reads take effect in the order in which they were made: a read before this
 * call returns the elements before it.
 *
 * @throws ManabiError `argument` unless the function is jitted, or for invalid options; for invalid arguments, the
 * errors of the jitted function
 * @example
 * ```ts
 * import { add, dispatch, jit, mul, Tensor, tensor } from 'manabi';
 *
 * const increment = jit((x: Tensor) => add(x, 1));
 * const { result, done } = dispatch(increment, [tensor([1, 2])]);
 * const doubled = mul(result, 2);
 * await done;
 * console.log(await doubled.array()); // [4, 6]
 * ```
 */
export function dispatch<Args extends readonly unknown[], R>(
  f: Jitted<Args, R>,
  args: Args | JitArguments<Args>,
  options: DispatchOptions<R> = {},
): Dispatched<R> {
  const inner = internalsOf('dispatch', f);
  if (!Array.isArray(args)) throw wrongArgument({ op: 'dispatch', name: 'args' }, 'an array of arguments', args);
  const { batchSize } = readOptions('dispatch', options, kinds);
  const { fallback } = options;
  const { specialization, leaves, types } = inner.find(args, false, batchSize);
  const results = resultsOf(types);
  // The result has the structure of what the function returned when it was traced, so it has the type R.
  const result = treeOf(specialization, results) as R;
  const work = (current: CurrentBackend): void | Promise<void> =>
    reportingFailure(
      () => call(specialization, leaves, results, current),
      (error) => {
        fallBack(results, result, fallback, error);
        return error;
      },
    );
  return { result, done: runInOrder(specialization, leaves, results, work) };
}

/**
 * Runs a call after all earlier operations that it depends on. The function is asynchronous so that errors always
 * reject the promise, even if the run is synchronous.
 */
async function runInOrder(
  { captured }: Specialization,
  leaves: readonly Leaf[],
  results: readonly LazyValue[],
  work: (current: CurrentBackend) => void | Promise<void>,
): Promise<void> {
  await inOrder(leaves, work, captured, results);
  const iteration = yieldIfDue();
  if (iteration !== null) await iteration;
}
