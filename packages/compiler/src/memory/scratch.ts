import type { PlanTarget } from '../target.ts';

/** A request for `bytes` bytes of memory from step number `first` to step number `last`, both included. */
export interface Life {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Where a request was placed: the number of the arena, and the offset in the arena in bytes. */
export interface ScratchLocation {
  readonly arena: number;
  readonly offset: number;
}

/** Where each request was placed, and the size of each arena in bytes. */
export interface Scratch {
  readonly locations: readonly ScratchLocation[];
  readonly arenas: readonly number[];
}

/**
 * Places requests in arenas. Requests whose steps do not overlap may get the same memory.
 *
 * @param lives the requests, sorted by `first`
 */
export function shareScratch(lives: readonly Life[], { memory, valueAlignment }: PlanTarget): Scratch {
  const rounded = lives.map((life) => ({ ...life, bytes: Math.ceil(life.bytes / valueAlignment) * valueAlignment }));
  return memory === 'arena' ? shareArena(rounded) : shareBuffers(rounded);
}

/** Places all requests in one arena, each at the lowest offset at which enough bytes are free during its steps. */
function shareArena(lives: readonly Life[]): Scratch {
  const placed: (Life & { readonly offset: number })[] = [];
  let bytes = 0;
  for (const life of lives) {
    let offset = 0;
    const neighbors = placed.filter((other) => other.last >= life.first).sort((a, b) => a.offset - b.offset);
    for (const other of neighbors) {
      if (other.offset - offset >= life.bytes) break;
      offset = Math.max(offset, other.offset + other.bytes);
    }
    placed.push({ ...life, offset });
    bytes = Math.max(bytes, offset + life.bytes);
  }
  return { locations: placed.map(({ offset }) => ({ arena: 0, offset })), arenas: bytes === 0 ? [] : [bytes] };
}

/**
 * Gives each request a whole buffer: the smallest free buffer that is large enough, otherwise the largest free buffer,
 * which is enlarged, or a new buffer if none is free.
 */
function shareBuffers(lives: readonly Life[]): Scratch {
  const buffers: { bytes: number; last: number }[] = [];
  const locations = lives.map(({ bytes, first, last }): ScratchLocation => {
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
  return { locations, arenas: buffers.map(({ bytes }) => bytes) };
}
