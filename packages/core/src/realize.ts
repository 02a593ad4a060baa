import { type Fallback, fallBack } from './run/fall-back.ts';
import { realizeValues } from './run/realize.ts';
import { lazyOf } from './tensor.ts';
import { leaves } from './tree.ts';

/** How a tree is realized. */
export interface RealizeOptions<T> {
  /** What tensors of the tree equal if the run fails. By default they stay pending. */
  readonly fallback?: Fallback<T>;
}

/**
 * Runs all that is pending behind the tensors of a tree, at once, and keeps the results. The same tree is returned.
 *
 * @throws ManabiError as `Tensor.data`
 * @example `const { kernel, bias } = await realize({ kernel: sub(w, dw), bias: sub(b, db) });`
 */
export async function realize<T>(tree: T, { fallback }: RealizeOptions<T> = {}): Promise<T> {
  const values = leaves(tree).map(lazyOf);
  await realizeValues(values, 'A run was asked', 'realize', (error) => fallBack(values, fallback?.(tree), error));
  return tree;
}
