import type { LazyValue } from '../lazy/value.ts';
import type { Printable } from './array-text.ts';

/**
 * Does nothing: consoles of browsers show objects as trees. Node loads `console-in-node.ts` in place of this module; see
 * `imports` in `package.json`.
 */
export function attachInspect<T extends Printable>(
  _tensors: { readonly prototype: T },
  _read: (tensor: T) => LazyValue,
): void {}

/** Prints the elements of a tensor as nested arrays, which consoles of browsers show as a tree. */
export async function printTensor(tensor: Printable): Promise<void> {
  console.log(`${tensor}`, await tensor.array());
}
