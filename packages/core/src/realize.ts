import { functionOf, type KindsOf, optional, readOptions } from '@manabi/errors';
import { type Fallback, fallBack } from './jit/fall-back.ts';
import { realizeValues } from './run/realize.ts';
import { lazyOf } from './tensor.ts';
import { leaves } from './tree.ts';

/** Options of `realize`. */
export interface RealizeOptions<T> {
  /**
   * Function that returns replacements for tensors of the tree if the run fails. By default, all of them stay pending.
   */
  readonly fallback?: Fallback<T>;
}

const kinds = { fallback: optional(functionOf<Fallback<never>>()) } satisfies KindsOf<RealizeOptions<never>>;

/**
 * Computes all pending tensors of a tree in one run, and stores their elements. Returns the same tree when the run has
 * finished.
 *
 * @throws ManabiError under the same conditions as `Tensor.data()`; `argument` for invalid options
 * @example
 * ```ts
 * import { add, ones, realize, zeros } from 'manabi';
 *
 * const { kernel } = await realize({ kernel: add(ones([2]), 1), bias: zeros([2]) });
 * console.log(kernel.state); // stored
 * ```
 */
export async function realize<T>(tree: T, options: RealizeOptions<T> = {}): Promise<T> {
  readOptions('realize', options, kinds);
  const { fallback } = options;
  const values = leaves(tree).map(lazyOf);
  await realizeValues(values, 'realize', 'realize', (error) => fallBack(values, tree, fallback, error));
  return tree;
}
