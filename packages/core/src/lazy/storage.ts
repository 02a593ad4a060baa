import { type Buffer, dtypes, sizeOf, type TensorType } from '@manabi/ir';

/**
 * What the finalization registry keeps for a `Storage`: the buffer to release. It must not refer to the `Storage`
 * itself, which would then never be garbage-collected.
 */
interface Holding {
  buffer: Buffer | null;
  /** Type of the current buffer; after it was released, type of the buffer that was released last. */
  type: TensorType;
  bytes: number;
}

/**
 * Holding of each `Storage` that is not garbage-collected yet. Empty ones are included, because they can be refilled.
 */
const holdings = new Set<Holding>();
let heldBytes = 0;
let heldCount = 0;

const unreachable = new FinalizationRegistry<Holding>((holding) => {
  release(holding);
  holdings.delete(holding);
});

/** Owner of a buffer. The buffer is released by `dispose`, or when the storage becomes unreachable. */
export class Storage {
  readonly kind = 'stored';
  readonly #holding: Holding;

  constructor(buffer: Buffer) {
    this.#holding = { buffer, type: buffer.type, bytes: bytesOf(buffer.type) };
    heldBytes += this.#holding.bytes;
    heldCount++;
    holdings.add(this.#holding);
    unreachable.register(this, this.#holding);
  }

  /** The buffer; null after `dispose` or `surrender`. */
  get buffer(): Buffer | null {
    return this.#holding.buffer;
  }

  /** Releases the buffer. Call this only when no run reads it. */
  dispose(): void {
    release(this.#holding);
  }

  /** Empties the storage without releasing the buffer, for a buffer that has a new owner. */
  surrender(): void {
    empty(this.#holding);
  }

  /**
   * Puts a buffer into an empty storage. A training loop that reuses storages registers no new one for finalization in
   * each step.
   */
  refill(buffer: Buffer): void {
    const holding = this.#holding;
    holding.buffer = buffer;
    if (holding.type !== buffer.type) {
      holding.type = buffer.type;
      holding.bytes = bytesOf(buffer.type);
    }
    heldBytes += holding.bytes;
    heldCount++;
  }
}

/** Empties a holding and returns its buffer. */
function empty(holding: Holding): Buffer | null {
  const { buffer } = holding;
  if (buffer === null) return null;
  holding.buffer = null;
  heldBytes -= holding.bytes;
  heldCount--;
  return buffer;
}

function release(holding: Holding): void {
  const buffer = empty(holding);
  buffer?.backend.release(buffer);
}

/** Returns the size of a value's elements in bytes. */
export function bytesOf(type: TensorType): number {
  return sizeOf(type.shape) * dtypes[type.dtype].bytes;
}

/** Returns the number of bytes of all buffers that tensors own. */
export function bytesHeld(): number {
  return heldBytes;
}

/** Returns the number of buffers that tensors own. */
export function buffersCount(): number {
  return heldCount;
}

/** Yields all buffers that tensors own. */
export function* buffersHeld(): Generator<Buffer> {
  for (const { buffer } of holdings) if (buffer !== null) yield buffer;
}
