import { type IndexSite, indexError, type ManabiError } from '@manabi/ir';
import { recordedIndices, wordsOfSite } from '../shaders/kernel-writer.ts';

/** The part in which one plan records its index errors, within the record of a run. */
export interface RecordPart {
  /** Offset of the part in bytes. */
  readonly offset: number;
  readonly bytes: number;
  readonly sites: readonly IndexSite[];
}

/** Layout of the record of index errors of a run: one part per plan, each aligned for binding. */
export class RecordLayout {
  readonly parts: RecordPart[] = [];
  readonly #alignment: number;
  #bytes = 0;

  constructor(alignment: number) {
    this.#alignment = alignment;
  }

  /** Size of the record in bytes; 0 if no plan checks indices. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the part of a plan and returns it; null if the plan checks no indices. */
  add(sites: readonly IndexSite[]): RecordPart | null {
    if (sites.length === 0) return null;
    const offset = Math.ceil(this.#bytes / this.#alignment) * this.#alignment;
    const part = { offset, bytes: 4 * wordsOfSite * sites.length, sites };
    this.#bytes = offset + part.bytes;
    this.parts.push(part);
    return part;
  }

  /** Returns the first error in a record that was read from the GPU; null if all indices were in range. */
  errorIn(words: Uint32Array): ManabiError | null {
    for (const { offset, sites } of this.parts) {
      for (const [at, site] of sites.entries()) {
        const first = offset / 4 + at * wordsOfSite;
        // Positions are stored inverted: 0 means no error, and the maximum is the lowest position.
        if (words[first] === 0) continue;
        const position = ~words[first] >>> 0;
        return indexError(site, words[first + 1 + (position % recordedIndices)] | 0, position);
      }
    }
    return null;
  }
}
