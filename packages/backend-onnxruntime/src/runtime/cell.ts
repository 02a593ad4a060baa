import { type Backend, type Buffer, type ElementArray, type HostArray, ManabiError, type TensorType } from '@manabi/ir';
import type { CellContext } from './cell-context.ts';
import { arrayOf, arrayOver, bytesOf, tensorOver } from './elements.ts';
import type { RuntimeTensor } from './library.ts';
import type { Spares } from './spares.ts';

/** A backend whose `run` and `read` return no promises. */
export interface SynchronousBackend extends Backend {
  readonly read: (buffer: Buffer) => HostArray;
}

/** Returns whether a backend never returns promises from `run` and `read`. */
export function isSynchronous(backend: Backend): backend is SynchronousBackend {
  return backend.synchronous === true;
}

let cells = 0;

/**
 * Memory of a buffer, whose elements do not change once they are there: a tensor of ONNX Runtime, a buffer of the fallback, or
 * both. Each form is made from the other one when a program first needs it.
 */
export class Cell {
  /** Number that no other cell has. */
  readonly serial = cells++;
  readonly type: TensorType;
  readonly #context: CellContext;
  #tensor: RuntimeTensor | null = null;
  /** Where the tensor goes when the cell is free; null if something else may use its memory. */
  #spares: Spares | null = null;
  #resident: { readonly buffer: Buffer; readonly backend: SynchronousBackend } | null = null;

  constructor(context: CellContext, type: TensorType) {
    this.#context = context;
    this.type = type;
  }

  /** Whether the cell has no elements: a run has not stored them yet, or has taken them. */
  get isEmpty(): boolean {
    return this.#tensor === null && this.#resident === null;
  }

  /**
   * Stores the elements, which nothing may change while the cell has them.
   *
   * @param spares where the tensor goes afterwards; null if something else may use its memory
   */
  fill(tensor: RuntimeTensor, spares: Spares | null = null): this {
    this.#tensor = tensor;
    this.#spares = spares;
    return this;
  }

  /** Stores the elements as a buffer of the fallback, which the cell releases. */
  keep(backend: SynchronousBackend, buffer: Buffer, spares: Spares): void {
    this.#resident = { backend, buffer };
    this.#spares = spares;
  }

  /** Returns the elements as a tensor of ONNX Runtime. */
  tensor(): RuntimeTensor {
    if (this.#tensor === null) {
      const { backend, buffer } = this.#held();
      this.#tensor = this.#copied(backend, buffer);
      this.#context.copied += bytesOf(this.type);
    }
    return this.#tensor;
  }

  /** Returns the elements as a tensor of ONNX Runtime whose memory may be used longer than the cell. */
  shared(): RuntimeTensor {
    this.#spares = null;
    return this.tensor();
  }

  /** Returns the elements as a buffer of the fallback, which belongs to the cell. */
  resident(backend: SynchronousBackend): Buffer {
    if (this.#resident === null) {
      this.#resident = { backend, buffer: backend.upload(arrayOver(this.type, this.tensor())) };
      this.#context.copied += bytesOf(this.type);
    }
    return this.#resident.buffer;
  }

  /** Forgets the buffer of the fallback, which a run has released. */
  giveUpResident(): void {
    if (this.#resident === null) return;
    if (this.#tensor !== null) this.#context.copied -= bytesOf(this.type);
    this.#resident = null;
  }

  /** Returns a copy of the elements. */
  read(): HostArray {
    if (this.#tensor !== null) return arrayOf(this.type, this.#tensor);
    const { backend, buffer } = this.#held();
    return backend.read(buffer);
  }

  /** Releases the elements. */
  free(): void {
    const resident = this.#resident;
    this.giveUpResident();
    resident?.backend.release(resident.buffer);
    if (this.#tensor !== null) this.#spares?.give(this.#tensor);
    this.#tensor = null;
    this.#spares = null;
  }

  #copied(backend: SynchronousBackend, buffer: Buffer): RuntimeTensor {
    // Tensors store float16 as bits.
    const isPlain = backend.readInto !== undefined && this.type.dtype !== 'float16';
    const spare = isPlain ? (this.#spares?.take() ?? null) : null;
    if (spare === null) return tensorOver(this.#context.runtime, backend.read(buffer));
    backend.readInto?.(buffer, spare.data as ElementArray);
    return spare;
  }

  #held(): { readonly buffer: Buffer; readonly backend: SynchronousBackend } {
    // A buffer gets its elements before a program can see the buffer.
    if (this.#resident === null) throw new ManabiError('backend', 'The buffer has no elements.', { op: 'run' });
    return this.#resident;
  }
}
