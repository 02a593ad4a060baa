import type { PlanTarget } from '../target.ts';

/** Scratch memory that is needed from one step up to and with another. */
export interface Life {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Where a life has its memory: which piece of scratch memory, and at which byte of it. */
export interface ScratchPlace {
  readonly arena: number;
  readonly offset: number;
}

/** Scratch memory for some lives: the place of each, and the bytes of each piece. */
export interface Scratch {
  readonly places: readonly ScratchPlace[];
  readonly arenas: readonly number[];
}

/**
 * Gives lives that do not overlap the same memory.
 *
 * @param lives in the order in which they begin
 */
export function shareScratch(lives: readonly Life[], { memory, valueAlignment }: PlanTarget): Scratch {
  const rounded = lives.map((life) => ({ ...life, bytes: Math.ceil(life.bytes / valueAlignment) * valueAlignment }));
  return memory === 'arena' ? shareArena(rounded) : shareBuffers(rounded);
}

/** Each life gets the lowest gap that is wide enough. */
function shareArena(lives: readonly Life[]): Scratch {
  const placed: (Life & { readonly offset: number })[] = [];
  let bytes = 0;
  for (const life of lives) {
    let offset = 0;
    const neighbours = placed.filter((other) => other.last >= life.first).sort((a, b) => a.offset - b.offset);
    for (const other of neighbours) {
      if (other.offset - offset >= life.bytes) break;
      offset = Math.max(offset, other.offset + other.bytes);
    }
    placed.push({ ...life, offset });
    bytes = Math.max(bytes, offset + life.bytes);
  }
  return { places: placed.map(({ offset }) => ({ arena: 0, offset })), arenas: bytes === 0 ? [] : [bytes] };
}

/** Each life gets a whole buffer: of those that are free the smallest that is large enough, else the largest, which grows. */
function shareBuffers(lives: readonly Life[]): Scratch {
  const buffers: { bytes: number; last: number }[] = [];
  const places = lives.map(({ bytes, first, last }): ScratchPlace => {
    const free = buffers.filter((buffer) => buffer.last < first);
    const sufficient = free.filter((buffer) => buffer.bytes >= bytes);
    const [best] =
      sufficient.length > 0 ? sufficient.sort((a, b) => a.bytes - b.bytes) : free.sort((a, b) => b.bytes - a.bytes);
    const buffer = best ?? { bytes: 0, last: -1 };
    if (best === undefined) buffers.push(buffer);
    buffer.bytes = Math.max(buffer.bytes, bytes);
    buffer.last = last;
    return { arena: buffers.indexOf(buffer), offset: 0 };
  });
  return { places, arenas: buffers.map(({ bytes }) => bytes) };
}
