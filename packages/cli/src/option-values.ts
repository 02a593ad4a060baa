import { InvalidArgumentError } from 'commander';

/**
 * Returns a parser of integer options.
 *
 * @param least smallest permitted value
 * @throws InvalidArgumentError from the parser, for text that is not such an integer
 */
export function integer(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected an integer of at least ${least}.`);
  };
}

/** Parses names separated by commas. */
export function names(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}
