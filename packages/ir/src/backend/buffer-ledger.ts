import { ManabiError } from '@manabi/errors';
import { formatType, type TensorType } from '../types/shape.ts';
import type { Backend, Buffer } from './backend.ts';

/** How a backend gets and gives back memory. */
export interface BufferMemory<M> {
  /** @throws ManabiError `memory` if there is no room */
  readonly allocate: (type: TensorType) => M;
  readonly free: (memory: M) => void;
  /** Returns the bytes that elements of a type take. */
  readonly bytesOf: (type: TensorType) => number;
}

/** A buffer in a ledger. Only the ledger takes its memory away. */
export class LedgerBuffer<M> implements Buffer {
  readonly type: TensorType;
  readonly backend: Backend;
  /** Null once the buffer is released, or something else has taken over its memory. */
  memory: M | null;

  constructor(type: TensorType, backend: Backend, memory: M) {
    this.type = type;
    this.backend = backend;
    this.memory = memory;
  }
}

/** The buffers of one backend: who holds what, and whether a buffer that is given back is one of them. */
export class BufferLedger<M> {
  readonly #backend: Backend;
  readonly #memory: BufferMemory<M>;
  #buffers = 0;
  #held = 0;

  /** @param backend whose buffers these are */
  constructor(backend: Backend, memory: BufferMemory<M>) {
    this.#backend = backend;
    this.#memory = memory;
  }

  /** Bytes in buffers that are held. */
  get held(): number {
    return this.#held;
  }

  /** Number of buffers that are held. */
  get buffers(): number {
    return this.#buffers;
  }

  /**
   * Allocates a buffer.
   *
   * @throws ManabiError `memory` if there is no room
   */
  allocate(type: TensorType): LedgerBuffer<M> {
    return this.hold(type, this.#memory.allocate(type));
  }

  /** Makes a buffer of memory that is allocated already. */
  hold(type: TensorType, memory: M): LedgerBuffer<M> {
    this.#buffers++;
    this.#held += this.#memory.bytesOf(type);
    return new LedgerBuffer(type, this.#backend, memory);
  }

  /**
   * Returns the memory of a buffer.
   *
   * @throws ManabiError `disposed` for a buffer that was released, `backend` for one of another backend
   */
  memoryOf(buffer: Buffer, op: string): M {
    return heldMemory(this.own(buffer, op), op);
  }

  /**
   * Releases a buffer.
   *
   * @throws ManabiError `disposed` for a buffer that was released before, `backend` for one of another backend
   */
  release(buffer: Buffer, op = 'release'): void {
    this.#memory.free(this.take(buffer, op));
  }

  /**
   * Takes the memory of a buffer, which is invalid from then on; the caller frees the memory or holds it anew.
   *
   * @throws ManabiError `disposed` for a buffer that was released before, `backend` for one of another backend
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
   * Returns a buffer as one of this ledger.
   *
   * @throws ManabiError `backend` for a buffer of another backend
   */
  own(buffer: Buffer, op: string): LedgerBuffer<M> {
    // Buffers of this backend are made by this ledger alone.
    if (buffer instanceof LedgerBuffer && buffer.backend === this.#backend) return buffer;
    throw new ManabiError(
      'backend',
      `A buffer of backend "${buffer.backend.name}" was given to another backend, "${this.#backend.name}". Read it there ` +
        'and upload it here.',
      { op, data: { backend: buffer.backend.name } },
    );
  }
}

function heldMemory<M>({ memory, type }: LedgerBuffer<M>, op: string): M {
  if (memory !== null) return memory;
  throw new ManabiError(
    'disposed',
    `A buffer of ${formatType(type)} was released before. Release each buffer once, after its last use.`,
    { op, data: { type } },
  );
}
