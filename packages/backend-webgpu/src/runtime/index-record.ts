import { type IndexSite, indexError, type ManabiError } from '@manabi/ir';
import { recordedIndices, wordsOfSite } from '../shaders/error-entries.ts';

/** The bytes in which one plan records its index errors, within the buffer that all plans of a run share for this. */
export interface RecordPart {
  /** Offset in bytes from the start of that buffer. */
  readonly offset: number;
  readonly bytes: number;
  readonly sites: readonly IndexSite[];
}

/**
 * Layout of the buffer in which shaders record indices that are out of range during a run. Each plan (the main one and
 * those of loops and branches) has a part of the buffer, at an offset at which WebGPU can bind it.
 */
export class RecordLayout {
  readonly parts: RecordPart[] = [];
  readonly #alignment: number;
  #bytes = 0;

  constructor(alignment: number) {
    this.#alignment = alignment;
  }

  /** Size of the buffer in bytes; 0 if no plan checks indices. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends a part for a plan, and returns it; returns null if the plan checks no indices. */
  add(sites: readonly IndexSite[]): RecordPart | null {
    if (sites.length === 0) return null;
    const offset = Math.ceil(this.#bytes / this.#alignment) * this.#alignment;
    const part = { offset, bytes: 4 * wordsOfSite * sites.length, sites };
    this.#bytes = offset + part.bytes;
    this.parts.push(part);
    return part;
  }

  /** Returns the first index error found in the contents of the buffer; null if all indices were in range. */
  errorIn(words: Uint32Array): ManabiError | null {
    for (const { offset, sites } of this.parts) {
      for (const [at, site] of sites.entries()) {
        const first = offset / 4 + at * wordsOfSite;
        // Shaders store the bitwise complement of a position, so that 0 means no error and an atomic max keeps the
        // lowest position.
        if (words[first] === 0) continue;
        const position = ~words[first] >>> 0;
        return indexError(site, words[first + 1 + (position % recordedIndices)] | 0, position);
      }
    }
    return null;
  }
}
