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
import { hostValue } from './lazy/node.ts';
import { Storage } from './lazy/storage.ts';
import { LazyValue, type Origin, traceOf } from './lazy/value.ts';
import { backendNamed } from './run/backends.ts';
import { chain } from './run/chain.ts';
import { afterUsesOf, inOrder, isIdle } from './run/in-order.ts';
import { onBackend } from './run/losses.ts';
import { checkReadable, runPending } from './run/realize.ts';
import { turnIfDue } from './run/turn.ts';

/** Elements as nested arrays, outermost axis first; a number or boolean for a scalar. */
export type NestedArray = number | boolean | NestedArray[];

/**
 * Where a tensor's elements are. `pending`: operators that have not run. `host`: not uploaded yet. `stored`: on a backend.
 * `traced`: it stands for an argument of a function under jit or a transform. `failed`: the run that was to compute it
 * failed, and reading it throws that error. `donated` and `disposed`: gone.
 */
export type TensorState = 'pending' | 'host' | 'stored' | 'traced' | 'failed' | 'donated' | 'disposed';

let read: (tensor: Tensor) => LazyValue;
let holds: (thing: object) => boolean;

/**
 * A shape, a dtype, and elements: on a backend, or to be computed when someone asks.
 *
 * Functions of tensors (`matmul(a, b)`) only build; whatever runs is awaited: `await y.data()`, `await realize(tree)`,
 * `await step(…)` of a jitted function. Tensors never change, and need not be freed.
 *
 * @example
 * ```ts
 * const y = add(tensor([1, 2]), 1);
 * console.log(y, await y.array()); // Tensor float32[2] (pending) [2, 3]
 * ```
 */
export class Tensor {
  #value: LazyValue;

  static {
    read = (tensor) => tensor.#value;
    holds = (thing) => #value in thing;
  }

  /** Tensors are made by functions: `tensor`, `zeros`, `matmul`, … */
  constructor(value: LazyValue) {
    if (!(value instanceof LazyValue)) throw notMade(value);
    value.held = true;
    this.#value = value;
  }

  /** Lengths of the axes, outermost first; `[]` for a scalar. */
  get shape(): Shape {
    return this.#value.type.shape;
  }

  /** Element type. */
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

  /** Whether the elements are there, and if not, why. */
  get state(): TensorState {
    const { origin } = this.#value;
    if (origin.kind === 'gone') return origin.reason;
    if (traceOf(this.#value) !== null) return 'traced';
    return origin.kind === 'host' || origin.kind === 'stored' || origin.kind === 'failed' ? origin.kind : 'pending';
  }

  /** Name of the backend that the elements are on; null if they are on none. */
  get backend(): string | null {
    const { origin } = this.#value;
    return origin.kind === 'stored' ? (origin.buffer?.backend.name ?? null) : null;
  }

  /**
   * The elements in row-major order, in an array of the caller's own; bool has 0 and 1. Runs what is pending, and keeps
   * the result, so that nothing is computed again.
   *
   * @throws ManabiError `tracing` within a traced function; `donated` or `disposed` if the tensor is gone; `backend` if
   * none is registered, or tensors of two meet
   */
  data(): Promise<ElementArray> {
    // Thrown at once: inside a traced function nobody awaits.
    checkReadable([this.#value], ASKED, 'data');
    return readElements(this.#value).then(({ data }) => data);
  }

  /**
   * The elements as nested arrays; bool has booleans.
   *
   * @throws ManabiError as `data`
   */
  array(): Promise<NestedArray> {
    return this.data().then((data) => nest(data, this.dtype === 'bool', this.shape));
  }

  /**
   * The only element of a tensor, of any rank; bool gives 0 or 1.
   *
   * @throws ManabiError `shape` if there are more or none; as `data`
   */
  item(): Promise<number> {
    if (this.size !== 1) {
      throw new ManabiError(
        'shape',
        `item() reads the only element, but ${formatType(this.#value.type)} has ${this.size}. Reduce it, or read all ` +
          'with data() or array().',
        { op: 'item', data: { shape: this.shape } },
      );
    }
    return this.data().then((data) => data[0]);
  }

  /**
   * The same elements on another backend; the tensor itself if they are there already.
   *
   * @throws ManabiError `backend` if it is not registered or was lost; `dtype` if it does not have the dtype; as `data`
   */
  async to(backend: string): Promise<Tensor> {
    checkReadable([this.#value], 'A copy was asked', 'to');
    const made = backendNamed('to', backend);
    if (isOn(this.#value, made)) return this;
    const [host, target] = await Promise.all([readElements(this.#value), made]);
    checkSupported({ inputCount: 1, types: [this.#value.type], nodes: [], outputs: [0] }, target);
    return new Tensor(new LazyValue(this.#value.type, new Storage(onBackend(target, 'to', () => target.upload(host)))));
  }

  /**
   * Gives the memory back now instead of when the garbage collector comes by. Results that still need the elements stay
   * right: the memory then waits for them. The tensor cannot be used any more.
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
    // What was asked for before may still read it.
    if (value.consumers === 0) afterUsesOf(value, () => disposeOf(value));
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Shape, dtype and state: `Tensor float32[2, 3] (pending)`. */
  toString(): string {
    return `Tensor ${formatType(this.#value.type)} (${this.backend ?? this.state})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** What `JSON.stringify` writes: the text of `toString`. The elements are in `await t.array()`. */
  toJSON(): string {
    return this.toString();
  }

  /**
   * JavaScript's operators would make `NaN`, false or text of a tensor without a word: `x * 2`, `x > 0`, `x + y`.
   *
   * @throws ManabiError `argument`, unless a text is wanted, as in a template
   */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new ManabiError(
      'argument',
      `${this} stands beside an operator of JavaScript, which knows no tensors. Use functions, as add(x, y), mul(x, 2) ` +
        'or greater(x, 0) (with where in place of ?:); read a number with await x.item(), and a text with String(x).',
      { op: 'Tensor', data: { dtype: this.dtype, shape: this.shape } },
    );
  }
}

function notMade(given: unknown): ManabiError {
  const advice = 'Make tensors with functions: tensor([1, 2]), zeros([2]).';
  return wrongArgument({ op: 'Tensor', name: 'value' }, 'a value of the lazy graph', given, advice);
}

const DISPOSED: Origin = { kind: 'gone', reason: 'disposed', by: 'dispose' };

function disposeOf(value: LazyValue): void {
  if (value.origin.kind === 'stored') value.origin.dispose();
  value.origin = DISPOSED;
}

/** A further tensor for a value that one was made of before: each of them can be disposed of by itself. */
export function aliasOf(value: LazyValue): Tensor {
  value.aliases++;
  return new Tensor(value);
}

/** What a tensor stands for in the lazy graph. */
export function lazyOf(tensor: Tensor): LazyValue {
  return read(tensor);
}

/** Whether something is a tensor. */
export function isTensor(thing: unknown): thing is Tensor {
  return typeof thing === 'object' && thing !== null && holds(thing);
}

/** Reads a value as it is after all that was asked for before this call, whatever is asked for until it is read. */
async function readElements(value: LazyValue): Promise<HostArray> {
  const host = await inOrder([value], (current) =>
    chain(runPending([value], ASKED, 'data', current), () => elementsOf(value)),
  );
  const turn = turnIfDue();
  if (turn !== null) await turn;
  return host;
}

function isOn({ origin }: LazyValue, backend: unknown): boolean {
  return origin.kind === 'stored' && origin.buffer?.backend === backend;
}

const ASKED = 'The values were asked';

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
  let place = 0;
  const fill = (axis: number): NestedArray => {
    if (axis < shape.length) return Array.from({ length: shape[axis] }, () => fill(axis + 1));
    const element = data[place++];
    return asBooleans ? element !== 0 : element;
  };
  return fill(0);
}

/** A tensor of elements in host memory, which must not be changed afterwards. */
export function tensorOnHost(data: HostArray, literal = false): Tensor {
  return new Tensor(hostValue(data, literal));
}
