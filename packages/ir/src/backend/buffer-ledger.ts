import { ManabiError } from '@manabi/errors';
import { formatType, type TensorType } from '../types/shape.ts';
import type { Backend, Buffer } from './backend.ts';

/** Functions of a backend that allocate and free memory of type `M`. */
export interface BufferMemory<M> {
  /**
   * Allocates memory for elements of a type.
   *
   * @throws ManabiError `memory` if there is not enough memory
   */
  readonly allocate: (type: TensorType) => M;
  /** Frees memory that `allocate` returned. */
  readonly free: (memory: M) => void;
  /** Returns the number of bytes that a tensor of a type takes in memory. */
  readonly bytesOf: (type: TensorType) => number;
}

/**
 * A buffer of a backend that uses a `BufferLedger`. Only the ledger changes the property `memory`.
 *
 * @example
 * ```ts
 * import { createCpuBackend } from '@manabi/backend-cpu';
 * import { LedgerBuffer } from '@manabi/ir';
 *
 * const buffer = new LedgerBuffer({ dtype: 'float32', shape: [2] }, createCpuBackend(), Float32Array.of(1, 2));
 * console.log(buffer.memory?.length); // 2
 * ```
 */
export class LedgerBuffer<M> implements Buffer {
  readonly type: TensorType;
  readonly backend: Backend;
  /** Memory of the elements; null after the buffer was released or another buffer took over its memory. */
  memory: M | null;

  constructor(type: TensorType, backend: Backend, memory: M) {
    this.type = type;
    this.backend = backend;
    this.memory = memory;
  }
}

/**
 * Tracks the buffers of one backend: counts buffers and bytes, and throws if a function gets a released buffer or a
 * buffer of another backend.
 *
 * @example
 * ```ts
 * import { createCpuBackend } from '@manabi/backend-cpu';
 * import { BufferLedger, sizeOf } from '@manabi/ir';
 *
 * const ledger = new BufferLedger<Float32Array>(createCpuBackend(), {
 *   allocate: ({ shape }) => new Float32Array(sizeOf(shape)),
 *   free: () => {},
 *   bytesOf: ({ shape }) => 4 * sizeOf(shape),
 * });
 * const buffer = ledger.allocate({ dtype: 'float32', shape: [3] });
 * console.log(ledger.held); // 12
 * ledger.release(buffer);
 * ledger.memoryOf(buffer, 'read'); // throws 'disposed'
 * ```
 */
export class BufferLedger<M> {
  readonly #backend: Backend;
  readonly #memory: BufferMemory<M>;
  #buffers = 0;
  #held = 0;

  /** @param backend backend to which all buffers of the ledger belong */
  constructor(backend: Backend, memory: BufferMemory<M>) {
    this.#backend = backend;
    this.#memory = memory;
  }

  /** Size in bytes of all buffers that are not released yet. */
  get held(): number {
    return this.#held;
  }

  /** Number of buffers that are not released yet. */
  get buffers(): number {
    return this.#buffers;
  }

  /**
   * Allocates a buffer.
   *
   * @throws ManabiError `memory` if there is not enough memory
   */
  allocate(type: TensorType): LedgerBuffer<M> {
    return this.hold(type, this.#memory.allocate(type));
  }

  /** Creates a buffer that owns the given memory, which must be allocated already. */
  hold(type: TensorType, memory: M): LedgerBuffer<M> {
    this.#buffers++;
    this.#held += this.#memory.bytesOf(type);
    return new LedgerBuffer(type, this.#backend, memory);
  }

  /**
   * Returns the memory of a buffer.
   *
   * @throws ManabiError `disposed` for a released buffer; `backend` for a buffer of another backend
   */
  memoryOf(buffer: Buffer, op: string): M {
    return heldMemory(this.own(buffer, op), op);
  }

  /**
   * Releases a buffer.
   *
   * @throws ManabiError `disposed` for a released buffer; `backend` for a buffer of another backend
   */
  release(buffer: Buffer, op = 'release'): void {
    this.#memory.free(this.take(buffer, op));
  }

  /**
   * Releases a buffer and returns its memory, which is not freed. The caller must free the memory, or create a new
   * buffer from it with `hold`.
   *
   * @returns the memory
   * @throws ManabiError `disposed` for a released buffer; `backend` for a buffer of another backend
   */
  take(buffer: Buffer, op: string): M {
    const own = this.own(buffer, op);
    const memory = heldMemory(own, op);
    own.memory = null;
    this.#buffers--;
    this.#held -= this.#memory.bytesOf(own.type);
    return memory;
  }

  /**
   * Returns the same buffer with the type `LedgerBuffer`, after checking that it belongs to this ledger.
   *
   * @throws ManabiError `backend` for a buffer of another backend
   */
  own(buffer: Buffer, op: string): LedgerBuffer<M> {
    // All buffers of this backend are created by this ledger, so they are `LedgerBuffer`s.
    if (buffer instanceof LedgerBuffer && buffer.backend === this.#backend) return buffer;
    throw new ManabiError(
      'backend',
      `The buffer belongs to backend "${buffer.backend.name}", not to "${this.#backend.name}". Read it there, then ` +
        'upload it here.',
      { op, data: { backend: buffer.backend.name } },
    );
  }
}

function heldMemory<M>({ memory, type }: LedgerBuffer<M>, op: string): M {
  if (memory !== null) return memory;
  throw new ManabiError(
    'disposed',
    `The buffer, ${formatType(type)}, is already released. Release each buffer once, after its last use.`,
    { op, data: { type } },
  );
}
