import { type Buffer, dtypes, sizeOf, type TensorType } from '@manabi/ir';

/** What the net under forgotten tensors knows: it must not refer to what it waits for. */
interface Holding {
  buffer: Buffer | null;
  /** Of the buffer that it holds, or held last. */
  type: TensorType;
  bytes: number;
}

/** Every holding whose storage lives; those that are empty may be filled again. */
const holdings = new Set<Holding>();
let heldBytes = 0;
let heldCount = 0;

const forgotten = new FinalizationRegistry<Holding>((holding) => {
  release(holding);
  holdings.delete(holding);
});

/**
 * A buffer that someone holds. It is released when it is disposed of, given away, or when nothing refers to the
 * storage any more.
 */
export class Storage {
  readonly kind = 'stored';
  readonly #holding: Holding;

  constructor(buffer: Buffer) {
    this.#holding = { buffer, type: buffer.type, bytes: bytesOf(buffer.type) };
    heldBytes += this.#holding.bytes;
    heldCount++;
    holdings.add(this.#holding);
    forgotten.register(this, this.#holding);
  }

  /** The buffer, or null when it has been released or taken over. */
  get buffer(): Buffer | null {
    return this.#holding.buffer;
  }

  /** Releases the buffer; no run may be reading it. */
  dispose(): void {
    release(this.#holding);
  }

  /** The buffer goes to someone else who releases it; this storage is empty from now on. */
  surrender(): void {
    empty(this.#holding);
  }

  /** Fills a surrendered storage again: a training loop then registers nothing new step after step. */
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

/** The buffer of a holding that gives it up. */
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

/** Bytes of a value's elements. */
export function bytesOf(type: TensorType): number {
  return sizeOf(type.shape) * dtypes[type.dtype].bytes;
}

/** Bytes in all storages. */
export function bytesHeld(): number {
  return heldBytes;
}

/** Number of buffers in all storages. */
export function buffersCount(): number {
  return heldCount;
}

/** The buffers of all storages. */
export function* buffersHeld(): Generator<Buffer> {
  for (const { buffer } of holdings) if (buffer !== null) yield buffer;
}
