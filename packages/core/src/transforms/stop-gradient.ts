import { emitOne } from '../emit/emit.ts';
import { lazyOf, Tensor } from '../tensor.ts';
import { map } from '../tree.ts';

/**
 * The same tensors, through which no gradient flows: constants to every derivative.
 *
 * @example `square(sub(prediction, stopGradient(target)))`
 */
export function stopGradient<T>(tree: T): T {
  return map((leaf) => new Tensor(emitOne('stopGradient', [lazyOf(leaf)], {})), tree);
}
