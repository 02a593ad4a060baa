import { InvalidArgumentError } from 'commander';

/**
 * Reads a whole number from a command line.
 *
 * @param least the smallest that makes sense
 * @throws InvalidArgumentError for anything else
 */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${least} up.`);
  };
}

/** Reads names that commas separate. */
export function names(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}
