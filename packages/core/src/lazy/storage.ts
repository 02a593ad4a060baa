import { type Buffer, dtypes, sizeOf, type TensorType } from '@manabi/ir';

/** What the net under forgotten tensors knows: it must not refer to what it waits for. */
interface Holding {
  buffer: Buffer | null;
}

const holdings = new Set<Holding>();
let heldBytes = 0;

const forgotten = new FinalizationRegistry<Holding>(release);

/**
 * A buffer that someone holds. It is released when it is disposed of, given away, or when nothing refers to the
 * storage any more.
 */
export class Storage {
  readonly kind = 'stored';
  readonly #holding: Holding;
  #pins = 0;
  #doomed = false;

  constructor(buffer: Buffer) {
    this.#holding = { buffer };
    hold(this.#holding, buffer);
    forgotten.register(this, this.#holding);
  }

  /** The buffer, or null when it has been released or taken over. */
  get buffer(): Buffer | null {
    return this.#holding.buffer;
  }

  /** Keeps the buffer through a run that reads it, even if it is disposed of meanwhile. */
  pin(): void {
    this.#pins++;
  }

  unpin(): void {
    this.#pins--;
    if (this.#pins === 0 && this.#doomed) release(this.#holding);
  }

  /** Releases the buffer now, or at the end of the runs that read it. */
  dispose(): void {
    if (this.#pins > 0) this.#doomed = true;
    else release(this.#holding);
  }

  /** The buffer goes to someone else who releases it; this storage is empty from now on. */
  surrender(): void {
    const { buffer } = this.#holding;
    if (buffer === null) return;
    heldBytes -= bytesOf(buffer.type);
    holdings.delete(this.#holding);
    this.#holding.buffer = null;
  }

  /** Fills a surrendered storage again: a training loop then registers nothing new step after step. */
  refill(buffer: Buffer): void {
    this.#holding.buffer = buffer;
    this.#doomed = false;
    hold(this.#holding, buffer);
  }
}

function hold(holding: Holding, buffer: Buffer): void {
  holdings.add(holding);
  heldBytes += bytesOf(buffer.type);
}

function release(holding: Holding): void {
  const { buffer } = holding;
  if (buffer === null) return;
  holding.buffer = null;
  holdings.delete(holding);
  heldBytes -= bytesOf(buffer.type);
  buffer.backend.release(buffer);
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
  return holdings.size;
}

/** The buffers of all storages. */
export function* buffersHeld(): Generator<Buffer> {
  for (const { buffer } of holdings) if (buffer !== null) yield buffer;
}
