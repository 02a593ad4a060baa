import { realizeValues } from './run/realize.ts';
import { lazyOf } from './tensor.ts';
import { leaves } from './tree.ts';

/**
 * Runs all that is pending behind the tensors of a tree, at once, and keeps the results. The same tree is returned.
 *
 * @throws ManabiError as `Tensor.data`
 * @example `const { kernel, bias } = await realize({ kernel: sub(w, dw), bias: sub(b, db) });`
 */
export async function realize<T>(tree: T): Promise<T> {
  await realizeValues(leaves(tree).map(lazyOf), 'A run was asked', 'realize');
  return tree;
}
