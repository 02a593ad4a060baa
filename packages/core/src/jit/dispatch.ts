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

/** Call of a jitted function that `dispatch` has started. */
export interface Dispatched<R> {
  /** Result of the function. Its tensors are pending until the call has run, and can be used immediately. */
  readonly result: R;
  /** Resolves when the call has run; rejects with its error. */
  readonly done: Promise<void>;
}

/** Options of `dispatch`. */
export interface DispatchOptions<R> {
  /**
   * Replacements for tensors of the result if the call fails, so that later operations continue with them. By default,
   * reading the result of a failed call throws its error.
   */
  readonly fallback?: Fallback<R>;
  /**
   * Number of rows to which a smaller batch is padded, for functions with the option `batched`. Default: null, for the
   * next of a few built-in sizes.
   */
  readonly batchSize?: number | null;
}

const kinds = {
  fallback: optional(functionOf<Fallback<never>>()),
  batchSize: optional(nullable(count), null),
} satisfies KindsOf<DispatchOptions<never>>;

/**
 * Calls a jitted function and returns its result without waiting for the run. The tensors of the result can be read,
 * used and donated immediately. Calls and reads take effect in order: reads after this call return its results, earlier
 * reads the previous elements.
 *
 * @throws ManabiError `argument` unless the function is jitted, or for invalid options; for invalid arguments, the
 * errors of the jitted function
 * @example
 * ```ts
 * const increment = jit((x: Tensor) => add(x, 1));
 * const { result, done } = dispatch(increment, [tensor([1, 2])]);
 * const doubled = mul(result, 2);
 * await done;
 * doubled; // => [4, 6]
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
  // The result has the structure of the function's result during tracing, hence type R.
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
 * Runs a call after earlier operations. The function is asynchronous, so that a synchronous error rejects the promise
 * as well.
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
