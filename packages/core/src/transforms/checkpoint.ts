import { assemble } from '../structure.ts';
import { lazyOf } from '../tensor.ts';
import { flatten } from '../tree.ts';
import { closedCall } from './closed-call.ts';
import { checkFunction, nameOf, traceFunction } from './trace-function.ts';

/**
 * The function, computed once more when its gradient is: what it makes on the way is not kept for the backward pass. It
 * takes more time and less memory (Chen, Xu, Zhang, Guestrin, "Training deep nets with sublinear memory cost", 2016).
 *
 * @throws ManabiError (when the result is called) `tracing` if the function is asynchronous
 * @example `const block = checkpoint((params: Params, x: Tensor) => relu(matmul(x, params.kernel)));`
 */
export function checkpoint<Args extends readonly unknown[], R>(f: (...args: Args) => R): (...args: Args) => R;
export function checkpoint(f: (...args: readonly unknown[]) => unknown): (...args: readonly unknown[]) => unknown {
  checkFunction('checkpoint', f);
  return (...args) => {
    const { leaves, structure } = flatten(args);
    const values = leaves.map(lazyOf);
    const forward = traceFunction('checkpoint', nameOf(f), values, (stand) => {
      const given = assemble(structure, stand);
      return Array.isArray(given) ? f(...given) : undefined;
    });
    return closedCall(nameOf(f), forward, values, forward.outside, { vjp: null, checkpoint: true });
  };
}
