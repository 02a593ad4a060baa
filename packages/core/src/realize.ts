import { functionOf, type KindsOf, optional, readOptions } from '@manabi/errors';
import { type Fallback, fallBack } from './jit/fall-back.ts';
import { realizeValues } from './run/realize.ts';
import { lazyOf } from './tensor.ts';
import { leaves } from './tree.ts';

/** How a tree is realized. */
export interface RealizeOptions<T> {
  /** What tensors of the tree equal if the run fails. By default they stay pending. */
  readonly fallback?: Fallback<T>;
}

const kinds = { fallback: optional(functionOf<Fallback<never>>()) } satisfies KindsOf<RealizeOptions<never>>;

/**
 * Runs all that is pending behind the tensors of a tree, at once, and keeps the results. The same tree is returned.
 *
 * @throws ManabiError as `Tensor.data`; `argument` for options that do not fit
 * @example `const { kernel, bias } = await realize({ kernel: sub(w, dw), bias: sub(b, db) });`
 */
export async function realize<T>(tree: T, options: RealizeOptions<T> = {}): Promise<T> {
  readOptions('realize', options, kinds);
  const { fallback } = options;
  const values = leaves(tree).map(lazyOf);
  await realizeValues(values, 'A run was asked', 'realize', (error) => fallBack(values, tree, fallback, error));
  return tree;
}
