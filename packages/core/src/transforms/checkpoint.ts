import { assemble } from '../structure.ts';
import { lazyOf } from '../tensor.ts';
import { flatten } from '../tree.ts';
import { closedCall } from './closed-call.ts';
import { checkFunction, nameOf, traceFunction } from './trace-function.ts';

/**
 * Wraps a function such that its intermediate results are computed again in the backward pass instead of being stored.
 * This needs less memory and more time (Chen et al., "Training deep nets with sublinear memory cost", 2016).
 *
 * @throws ManabiError (when the wrapped function is called) `tracing` if the function is asynchronous
 * @example
 * ```ts
 * import { checkpoint, exp, grad, mul, sum, Tensor, tensor } from 'manabi';
 *
 * const block = checkpoint((x: Tensor) => exp(mul(x, x)));
 * console.log(await grad((x: Tensor) => sum(block(x)))(tensor([0, 1])).array()); // [0, 5.4366]
 * ```
 */
export function checkpoint<Args extends readonly unknown[], R>(f: (...args: Args) => R): (...args: Args) => R;
export function checkpoint(f: (...args: readonly unknown[]) => unknown): (...args: readonly unknown[]) => unknown {
  checkFunction('checkpoint', f);
  return (...args) => {
    const { leaves, structure } = flatten(args);
    const values = leaves.map(lazyOf);
    const forward = traceFunction('checkpoint', nameOf(f), values, (placeholders) => {
      const given = assemble(structure, placeholders);
      return Array.isArray(given) ? f(...given) : undefined;
    });
    return closedCall(nameOf(f), forward, values, forward.outside, { vjp: null, checkpoint: true });
  };
}
