import { type IndexSite, indexError, type ManabiError } from '@manabi/ir';
import { recordedIndices, wordsOfSite } from '../shaders/kernel-writer.ts';

/** The part of the record of index errors that a plan writes. */
export interface RecordPart {
  /** In bytes. */
  readonly offset: number;
  readonly bytes: number;
  readonly sites: readonly IndexSite[];
}

/** Lays the parts of plans out, one after the other, where buffers can be bound. */
export class RecordLayout {
  readonly parts: RecordPart[] = [];
  readonly #alignment: number;
  #bytes = 0;

  constructor(alignment: number) {
    this.#alignment = alignment;
  }

  /** Bytes of the whole record; 0 if no plan checks indices. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a part; null for a plan that checks nothing. */
  add(sites: readonly IndexSite[]): RecordPart | null {
    if (sites.length === 0) return null;
    const offset = Math.ceil(this.#bytes / this.#alignment) * this.#alignment;
    const part = { offset, bytes: 4 * wordsOfSite * sites.length, sites };
    this.#bytes = offset + part.bytes;
    this.parts.push(part);
    return part;
  }

  /** Returns the error that a record tells of; null if all indices were in range. */
  errorIn(words: Uint32Array): ManabiError | null {
    for (const { offset, sites } of this.parts) {
      for (const [at, site] of sites.entries()) {
        const first = offset / 4 + at * wordsOfSite;
        // Positions are stored inverted, so that zeros mean none and the lowest position wins a maximum.
        if (words[first] === 0) continue;
        const position = ~words[first] >>> 0;
        return indexError(site, words[first + 1 + (position % recordedIndices)] | 0, position);
      }
    }
    return null;
  }
}
