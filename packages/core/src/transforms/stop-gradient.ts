import { emitOne } from '../emit/emit.ts';
import { lazyOf, Tensor } from '../tensor.ts';
import { map } from '../tree.ts';

/**
 * Returns the tensors of a tree unchanged, but treated as constants by derivatives: no gradient flows through them.
 *
 * @example
 * ```ts
 * grad((x: Tensor) => mul(x, stopGradient(x)))(scalar(3)); // => 3
 * ```
 */
export function stopGradient<T>(tree: T): T {
  return map((leaf) => new Tensor(emitOne('stopGradient', [lazyOf(leaf)], {})), tree);
}
