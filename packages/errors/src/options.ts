import { describeGiven, formatGiven } from './given.ts';
import type { Kind, KindValue } from './kinds/kind.ts';
import { isPlainObject } from './kinds/objects.ts';
import { ManabiError } from './manabi-error.ts';
import { didYouMean, nearestNames } from './nearest.ts';

/** The options of a function by name, each with its kind. */
export type OptionKinds = Readonly<Record<string, Kind<unknown>>>;

/** A kind for every option of an interface; the type checker names those that are missing. */
export type KindsOf<Options> = { readonly [K in keyof Options]-?: Kind<unknown> };

/** The options of a function as they are read: with defaults in place of what was left out. */
export type OptionValues<Kinds extends OptionKinds> = { readonly [K in keyof Kinds]: KindValue<Kinds[K]> };

/**
 * Reads the options of a function: checks that they are an object, that no name is misspelled and that every value fits,
 * and puts defaults in place of what was left out.
 *
 * @param op the function that has these options, as its user calls it
 * @throws ManabiError `argument`, with the nearest names for one that is not known
 * @example
 * ```ts
 * const kinds = { rate: optional(decay, 0.5), seed: optional(count) } satisfies KindsOf<DropoutOptions>;
 * const { rate, seed } = readOptions('dropout', options, kinds);
 * ```
 */
export function readOptions<const Kinds extends OptionKinds>(
  op: string,
  given: unknown,
  kinds: Kinds,
): OptionValues<Kinds> {
  checkNames(op, given, kinds);
  const values = Object.entries(kinds).map(([name, { read }]) => [name, read(given[name], { op, name })]);
  // The entries are those of `kinds`, which `fromEntries` does not know.
  return Object.fromEntries(values) as OptionValues<Kinds>;
}

/** Checks that options are an object whose names are all known. */
function checkNames(
  op: string,
  given: unknown,
  kinds: OptionKinds,
): asserts given is Readonly<Record<string, unknown>> {
  if (!isPlainObject(given)) {
    const names = Object.keys(kinds);
    throw new ManabiError(
      'argument',
      `Options must be given as an object, { ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''} }; got ${formatGiven(given)}.`,
      { op, data: { name: 'options', given: describeGiven(given), known: names } },
    );
  }
  for (const name of Object.keys(given)) if (!Object.hasOwn(kinds, name)) throw unknownOption(op, name, kinds);
}

function unknownOption(op: string, name: string, kinds: OptionKinds): ManabiError {
  const known = Object.keys(kinds);
  return new ManabiError('argument', `Unknown option '${name}'. ${didYouMean(name, known)}`, {
    op,
    data: { name, nearest: nearestNames(name, known), known },
  });
}
