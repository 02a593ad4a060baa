import { fitNumber } from './fit-number.ts';
import { fitQuotient, type Quotient } from './fit-quotient.ts';
import type { Length } from './length.ts';
import type { Trials } from './trials.ts';

/**
 * The lengths with which the numbers of traced graphs are explained: the variable lengths, and lengths derived from them,
 * such as the height of an image after pooling. A derived length is no polynomial of other lengths, so a file reads it at
 * run time from the result that has it.
 */
export class LengthsInTrials {
  /**
   * The variable lengths, followed by copies in which a derived length replaces the length on which it depends, and which
   * it follows from then on: after pooling, results depend on the pooled height.
   */
  readonly #frames: Trials[];
  #count = 0;

  constructor(trials: Trials) {
    this.#frames = [trials];
  }

  /** The variable lengths and their values. */
  get trials(): Trials {
    return this.#frames[0];
  }

  /** Returns the formula for a number in the traced graphs; null if no formula fits its values. */
  number(values: readonly number[]): Length | null {
    for (const frame of this.#frames) {
      const found = fitNumber(values, frame);
      if (found !== null) return found;
    }
    return null;
  }

  /** Returns the formula for a number that is a constant divided by lengths; null if no formula fits its values. */
  quotient(values: readonly number[]): Quotient | null {
    for (const frame of this.#frames) {
      const found = fitQuotient(values, frame);
      if (found !== null) return found;
    }
    return null;
  }

  /** Calls a function, and forgets the derived lengths that it added, which are known only in the body of a node. */
  within<T>(fit: () => T): T {
    const { length } = this.#frames;
    try {
      return fit();
    } finally {
      this.#frames.splice(length);
    }
  }

  /**
   * Adds a derived length with the given values, and returns its name. Returns null unless it depends on exactly one
   * length, and has different values at the three values of this length.
   */
  derive(values: readonly number[]): string | null {
    const { variables, points } = this.#frames[this.#frames.length - 1];
    const sets = 2 ** variables.length;
    const at = variables.findIndex((_, i) =>
      values.every((value, set) => set >= sets || value === values[set & (1 << i)]),
    );
    if (at < 0 || new Set([values[0], values[1 << at], values[sets]]).size < 3) return null;
    this.#count++;
    const name = `length_${this.#count}`;
    this.#frames.push({
      variables: variables.map((variable, i) => (i === at ? name : variable)),
      points: points.map((point, i) => new Map([...point, [name, values[i]]])),
    });
    return name;
  }
}
