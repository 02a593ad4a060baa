import { count, functionOf, type KindsOf, nullable, optional, readOptions, wrongArgument } from '@manabi/errors';
import type { LazyValue } from '../lazy/value.ts';
import { reportingFailure } from '../run/chain.ts';
import { type CurrentBackend, inOrder } from '../run/in-order.ts';
import { turnIfDue } from '../run/turn.ts';
import { call } from './call.ts';
import { type Fallback, fallBack } from './fall-back.ts';
import { internalsOf, type JitArguments, type Jitted } from './jit.ts';
import type { Leaf } from './pattern.ts';
import { resultsOf, treeOf } from './results.ts';
import type { Specialization } from './specialize.ts';

/** A call that has begun. */
export interface Dispatched<R> {
  /** What the function returns. Its tensors are pending until the call has run; they can be used at once. */
  readonly result: R;
  /** Resolves when the call has run; rejects with what it failed with. */
  readonly done: Promise<void>;
}

/** How a call is dispatched. */
export interface DispatchOptions<R> {
  /**
   * What tensors of the result equal if the call fails: programs that use them then go on from there. By default, reading
   * the result of a failed call throws its error.
   */
  readonly fallback?: Fallback<R>;
  /** For functions with the option `batched`: rows to pad a smaller batch to, in place of the next of the series. */
  readonly batchSize?: number | null;
}

const kinds = {
  fallback: optional(functionOf<Fallback<never>>()),
  batchSize: optional(nullable(count), null),
} satisfies KindsOf<DispatchOptions<never>>;

/**
 * Calls a jitted function, and returns its result without waiting for the run: tensors that can be read, used and
 * donated at once. What runs keeps the order of the calls, so every later read sees this call's result, and every
 * earlier one what was there before.
 *
 * @throws ManabiError `argument` if the function is not jitted, or for options that do not fit; as the jitted function
 * for its arguments
 * @example
 * ```ts
 * const { result, done } = dispatch(step, [params, batch]);
 * params = result; // Whoever reads params from now on gets the new values.
 * await done;
 * ```
 */
export function dispatch<Args extends readonly unknown[], R>(
  f: Jitted<Args, R>,
  args: Args | JitArguments<Args>,
  options: DispatchOptions<R> = {},
): Dispatched<R> {
  const inner = internalsOf('dispatch', f);
  if (!Array.isArray(args)) throw wrongArgument({ op: 'dispatch', name: 'args' }, 'a list of arguments', args);
  const { batchSize } = readOptions('dispatch', options, kinds);
  const { fallback } = options;
  const { specialization, leaves, types } = inner.find(args, false, batchSize);
  const results = resultsOf(types);
  // The structure is that of what the function returned when it was traced.
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

/** Asynchronous, so that a call that fails at once rejects as any other. */
async function runInOrder(
  { captured }: Specialization,
  leaves: readonly Leaf[],
  results: readonly LazyValue[],
  work: (current: CurrentBackend) => void | Promise<void>,
): Promise<void> {
  await inOrder(leaves, work, captured, results);
  const turn = turnIfDue();
  if (turn !== null) await turn;
}
