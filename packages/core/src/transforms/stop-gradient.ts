import { emitOne } from '../emit/emit.ts';
import { lazyOf, Tensor } from '../tensor.ts';
import { map } from '../tree.ts';

/**
 * Returns a copy of a tree whose tensors are constants for derivatives: no gradient flows through them.
 *
 * @throws ManabiError `donated` or `disposed` for a tensor that is no longer valid
 * @example
 * ```ts
 * import { grad, mul, scalar, stopGradient, Tensor } from 'manabi';
 *
 * console.log(await grad((x: Tensor) => mul(x, stopGradient(x)))(scalar(3)).item()); // 3
 * ```
 */
export function stopGradient<T>(tree: T): T {
  return map((leaf) => new Tensor(emitOne('stopGradient', [lazyOf(leaf)], {})), tree);
}
