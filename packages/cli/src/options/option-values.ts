import { InvalidArgumentError } from 'commander';

/**
 * Returns a function that parses the value of an integer option.
 *
 * @param least smallest permitted value
 * @throws InvalidArgumentError from the parser, for text that is not an integer, and for smaller integers
 */
export function integer(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected an integer of at least ${least}.`);
  };
}

/** Splits a list of names at its commas. */
export function names(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}
