import { wrongArgument } from '@manabi/errors';
import {
  checkSupported,
  type DType,
  type ElementArray,
  formatType,
  type HostArray,
  ManabiError,
  type Shape,
  sizeOf,
} from '@manabi/ir';
import { attachInspect, printTensor } from '#console';
import { hostValue } from './lazy/node.ts';
import { Storage } from './lazy/storage.ts';
import { LazyValue, type Origin, traceOf } from './lazy/value.ts';
import { backendNamed } from './run/backends.ts';
import { chain } from './run/chain.ts';
import { yieldIfDue } from './run/event-loop.ts';
import { afterUsesOf, inOrder, isIdle } from './run/in-order.ts';
import { onBackend } from './run/losses.ts';
import { checkReadable, runPending } from './run/realize.ts';

/** Elements of a tensor as nested arrays; the outermost array is axis 0. For a scalar, a number or boolean. */
export type NestedArray = number | boolean | NestedArray[];

/**
 * State of the elements of a tensor. `pending`: not computed yet. `host`: in host memory, not uploaded yet. `stored`:
 * on a backend. `traced`: unknown, because the tensor belongs to a function that is being traced. `failed`: the run
 * that should compute them failed; reading the tensor throws its error. `donated` and `disposed`: no longer available.
 */
export type TensorState = 'pending' | 'host' | 'stored' | 'traced' | 'failed' | 'donated' | 'disposed';

let read: (tensor: Tensor) => LazyValue;
let holds: (thing: object) => boolean;

/**
 * Multidimensional array with a shape and a dtype. Its elements are in memory, or are computed when they are needed.
 *
 * Tensor functions such as `matmul(a, b)` only add operators to a graph. The operators run at an await: `await
 * y.data()`, `await realize(tree)`, or `await step(…)` for a jitted function `step`. Tensors are immutable, and the
 * garbage collector frees them.
 *
 * @throws ManabiError `argument` if the constructor is called with elements: create tensors with `tensor`
 * @example
 * ```ts
 * import { add, tensor } from 'manabi';
 *
 * const y = add(tensor([1, 2]), 1);
 * console.log(String(y)); // Tensor float32[2] (pending)
 * console.log(await y.array()); // [2, 3]
 * ```
 */
export class Tensor {
  #value: LazyValue;

  static {
    read = (tensor) => tensor.#value;
    holds = (thing) => #value in thing;
    attachInspect(Tensor, read);
  }

  /** For internal use. Create tensors with `tensor`, `zeros` and other functions. */
  constructor(value: LazyValue) {
    if (!(value instanceof LazyValue)) throw invalidValue(value);
    value.held = true;
    this.#value = value;
  }

  /** Length of each axis, outermost first; `[]` for a scalar. */
  get shape(): Shape {
    return this.#value.type.shape;
  }

  /** Dtype of the elements. */
  get dtype(): DType {
    return this.#value.type.dtype;
  }

  /** Number of axes. */
  get rank(): number {
    return this.#value.type.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.#value.type.shape);
  }

  /** State of the elements, such as `pending` or `stored`. */
  get state(): TensorState {
    const { origin } = this.#value;
    if (origin.kind === 'gone') return origin.reason;
    if (traceOf(this.#value) !== null) return 'traced';
    return origin.kind === 'host' || origin.kind === 'stored' || origin.kind === 'failed' ? origin.kind : 'pending';
  }

  /** Name of the backend that stores the elements, or null if none does. */
  get backend(): string | null {
    const { origin } = this.#value;
    return origin.kind === 'stored' ? (origin.buffer?.backend.name ?? null) : null;
  }

  /**
   * Returns the elements in row-major order, as a new typed array, with 0 and 1 for bool. Runs the pending operators on
   * which the tensor depends, and stores the elements for later reads.
   *
   * @throws ManabiError `tracing` inside a traced function; `donated` or `disposed` if the tensor was donated or
   * disposed of; `backend` if no backend is registered, or tensors of two backends are combined
   */
  data(): Promise<ElementArray> {
    // This check throws synchronously, because a traced function does not await the promise.
    checkReadable([this.#value], READ, 'data');
    return readElements(this.#value).then(({ data }) => data);
  }

  /**
   * Returns the elements as nested arrays, with true and false for bool.
   *
   * @throws ManabiError under the same conditions as `data()`
   */
  array(): Promise<NestedArray> {
    return this.data().then((data) => nest(data, this.dtype === 'bool', this.shape));
  }

  /**
   * Returns the element of a tensor with a single element, of any rank; 0 or 1 for bool.
   *
   * @throws ManabiError `shape` unless the tensor has one element; otherwise under the same conditions as `data()`
   */
  item(): Promise<number> {
    if (this.size !== 1) {
      throw new ManabiError(
        'shape',
        `The tensor must have one element; got ${formatType(this.#value.type)} with ${this.size} elements. Reduce it, or ` +
          'call data() or array().',
        { op: 'item', data: { shape: this.shape } },
      );
    }
    return this.data().then((data) => data[0]);
  }

  /**
   * Returns a copy of the tensor on another backend, or the tensor itself if it is on that backend.
   *
   * @throws ManabiError `backend` if the backend is not registered or was lost; `dtype` if the backend does not support
   * the dtype of the tensor; otherwise under the same conditions as `data()`
   */
  async to(backend: string): Promise<Tensor> {
    checkReadable([this.#value], 'copy', 'to');
    const made = backendNamed('to', backend);
    if (isOn(this.#value, made)) return this;
    const [host, target] = await Promise.all([readElements(this.#value), made]);
    checkSupported({ inputCount: 1, types: [this.#value.type], nodes: [], outputs: [0] }, target);
    return new Tensor(new LazyValue(this.#value.type, new Storage(onBackend(target, 'to', () => target.upload(host)))));
  }

  /**
   * Frees the memory of the tensor immediately instead of at the next garbage collection. The tensor cannot be used
   * afterwards. Pending tensors that depend on it stay valid; in this case, the memory is freed after they are
   * computed.
   */
  dispose(): void {
    const value = this.#value;
    if (value.origin.kind === 'gone') return;
    if (value.aliases > 0) {
      value.aliases--;
      this.#value = new LazyValue(value.type, DISPOSED);
      return;
    }
    if (isIdle() && value.consumers === 0) {
      disposeOf(value);
      return;
    }
    this.#value = new LazyValue(value.type, DISPOSED);
    // Operations that were started before may still read the value.
    if (value.consumers === 0) afterUsesOf(value, () => disposeOf(value));
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Returns a text with dtype, shape and state: `Tensor float32[2, 3] (pending)`. */
  toString(): string {
    return `Tensor ${formatType(this.#value.type)} (${this.backend ?? this.state})`;
  }

  /**
   * Computes the elements if necessary, and prints them to the console with dtype and shape: in Node in NumPy's layout
   * (see `formatArray`), in pages as nested arrays.
   *
   * @throws ManabiError under the same conditions as `data()`
   * @example
   * ```ts
   * import { tensor } from 'manabi';
   *
   * await tensor([[1, 2], [3, 4]]).print(); // prints 'float32[2, 2]', and below it '[[1., 2.],\n [3., 4.]]'
   * ```
   */
  print(): Promise<void> {
    return printTensor(this);
  }

  /**
   * Returns the text of `toString`, which `JSON.stringify` prints in place of the tensor. Use `await t.array()` for the
   * elements.
   */
  toJSON(): string {
    return this.toString();
  }

  /**
   * Returns the text of `toString` in template strings. JavaScript operators (`x * 2`, `x > 0`, `x + y`) throw an
   * error, because they would silently evaluate to NaN, false or text.
   *
   * @throws ManabiError `argument` for conversions to a number and for JavaScript operators
   */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new ManabiError(
      'argument',
      `JavaScript operators do not support tensors; got ${this}. Use functions: add(x, y), mul(x, 2), greater(x, 0), and ` +
        'where() instead of ?:. Read a number with await x.item().',
      { op: 'Tensor', data: { dtype: this.dtype, shape: this.shape } },
    );
  }
}

function invalidValue(given: unknown): ManabiError {
  const advice = 'Create tensors with functions: tensor([1, 2]), zeros([2]).';
  return wrongArgument({ op: 'Tensor', name: 'value' }, 'a value of the lazy graph', given, advice);
}

const DISPOSED: Origin = { kind: 'gone', reason: 'disposed', by: 'dispose' };

function disposeOf(value: LazyValue): void {
  if (value.origin.kind === 'stored') value.origin.dispose();
  value.origin = DISPOSED;
}

/** Creates another tensor for a value that already has a tensor. Disposing of one of them leaves the other valid. */
export function aliasOf(value: LazyValue): Tensor {
  value.aliases++;
  return new Tensor(value);
}

/** Returns the value of a tensor in the lazy graph. */
export function lazyOf(tensor: Tensor): LazyValue {
  return read(tensor);
}

/**
 * Whether a value is a tensor.
 *
 * @example
 * ```ts
 * import { isTensor, zeros } from 'manabi';
 *
 * console.log(isTensor(zeros([2]))); // true
 * console.log(isTensor([0, 0])); // false
 * ```
 */
export function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && holds(value);
}

/** Returns the elements that a value has after all earlier calls, before any later call takes effect. */
async function readElements(value: LazyValue): Promise<HostArray> {
  const host = await inOrder([value], (current) =>
    chain(runPending([value], READ, 'data', current), () => elementsOf(value)),
  );
  const iteration = yieldIfDue();
  if (iteration !== null) await iteration;
  return host;
}

function isOn({ origin }: LazyValue, backend: unknown): boolean {
  return origin.kind === 'stored' && origin.buffer?.backend === backend;
}

const READ = 'read';

function elementsOf({ origin }: LazyValue): HostArray | Promise<HostArray> {
  if (origin.kind === 'host') return copyOf(origin.data);
  if (origin.kind === 'stored' && origin.buffer !== null) {
    const { buffer } = origin;
    return onBackend(buffer.backend, 'data', () => buffer.backend.read(buffer));
  }
  throw new TypeError(`A value that is ${origin.kind} cannot be read.`);
}

function copyOf(host: HostArray): HostArray {
  return { ...host, data: host.data.slice() };
}

function nest(data: ElementArray, asBooleans: boolean, shape: Shape): NestedArray {
  let position = 0;
  const fill = (axis: number): NestedArray => {
    if (axis < shape.length) return Array.from({ length: shape[axis] }, () => fill(axis + 1));
    const element = data[position++];
    return asBooleans ? element !== 0 : element;
  };
  return fill(0);
}

/** Creates a tensor from elements in host memory, which must not be changed afterwards. */
export function tensorOnHost(data: HostArray, literal = false): Tensor {
  return new Tensor(hostValue(data, literal));
}
