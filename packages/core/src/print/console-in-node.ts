import type { HostArray } from '@manabi/ir';
import type { LazyValue } from '../lazy/value.ts';
import { isIdle } from '../run/in-order.ts';
import { arrayText, DEFAULTS, type Printable } from './array-text.ts';

/**
 * Defines the text that `console.log` prints for a tensor: that of `toString`, and the elements if they are in memory. It
 * never runs pending operators. Pages load `console-in-pages.ts` in place of this module.
 *
 * @param tensors the class of tensors
 * @param read returns the value of a tensor
 */
export function attachInspect<T extends Printable>(
  tensors: { readonly prototype: T },
  read: (tensor: T) => LazyValue,
): void {
  Object.defineProperty(tensors.prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(this: T): string {
      const host = elementsInMemory(read(this));
      return host === null ? this.toString() : `${this.toString()}${separator(host)}${arrayText(host, DEFAULTS)}`;
    },
  });
}

/** Returns the elements of a value if they are in memory and can be read without waiting, and null otherwise. */
function elementsInMemory({ origin }: LazyValue): HostArray | null {
  if (origin.kind === 'host') return origin.data;
  if (origin.kind !== 'stored' || origin.buffer === null || !isIdle()) return null;
  const { backend } = origin.buffer;
  // An asynchronous backend would copy the elements later, and nothing would await them.
  if (backend.synchronous !== true || (backend.loss ?? null) !== null) return null;
  const read = backend.read(origin.buffer);
  return read instanceof Promise ? null : read;
}

/** Prints the elements of a tensor in NumPy's layout: see `Tensor.print`. */
export async function printTensor(tensor: Printable): Promise<void> {
  const { dtype, shape } = tensor;
  const text = arrayText({ dtype, shape, data: await tensor.data() }, DEFAULTS);
  console.log(`${dtype}[${shape.join(', ')}]${separator(tensor)}${text}`);
}

/** Returns what separates the type of a tensor from its elements: a single element follows on the same line. */
function separator({ shape }: Pick<Printable, 'shape'>): string {
  return shape.length === 0 ? ' ' : '\n';
}
