import { adviceOn } from './advice.ts';
import { describeGiven, formatGiven } from './given.ts';
import { type Kind, type KindValue, type Place, wrongArgument } from './kinds/kind.ts';
import { isPlainObject } from './kinds/objects.ts';
import { ManabiError } from './manabi-error.ts';
import { didYouMean, nearestNames } from './nearest.ts';

/** The options of a function by name, each with its kind. */
export type OptionKinds = Readonly<Record<string, Kind<unknown>>>;

/** A kind for every option of an interface; the type checker names those that are missing. */
export type KindsOf<Options> = { readonly [K in keyof Options]-?: Kind<unknown> };

/** The options of a function as they are read: with defaults in place of what was left out. */
export type OptionValues<Kinds extends OptionKinds> = { readonly [K in keyof Kinds]: KindValue<Kinds[K]> };

/** What else may be said of the options of a function. */
export interface FurtherOptions {
  /** Names of further options, which somebody else reads. */
  readonly others?: readonly string[];
  /** Names that are often given here but belong elsewhere, each with a sentence that says where. */
  readonly hints?: Readonly<Record<string, string>>;
}

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
  further: FurtherOptions = {},
): OptionValues<Kinds> {
  checkNames(op, given, kinds, further);
  // This runs in every call of a function with options, so it makes no list of entries.
  const values: Record<string, unknown> = {};
  for (const name in kinds) values[name] = kinds[name].read(given[name], { op, name });
  // The names are those of `kinds`, and each value was read by its kind.
  return values as OptionValues<Kinds>;
}

/**
 * Returns the kind of objects with certain fields, such as an option that has options itself. Fields that are left out, and
 * have no default, stay left out.
 *
 * @example `objectOf({ rmin: optional(notNegative), rmax: optional(notNegative) })`
 */
/* @__NO_SIDE_EFFECTS__ */
export function objectOf<const Kinds extends OptionKinds>(kinds: Kinds): Kind<OptionValues<Kinds>> {
  const known = Object.keys(kinds);
  const expected = `an object { ${known.join(', ')} }`;
  return {
    expected,
    accepts: isPlainObject,
    read: (given, { op, name }) => {
      if (!isPlainObject(given)) throw wrongArgument({ op, name }, expected, given);
      const stranger = Object.keys(given).find((field) => !Object.hasOwn(kinds, field));
      if (stranger !== undefined) throw unknownField({ op, name }, stranger, known);
      const values = Object.entries(kinds).map(([field, { read }]) => {
        return [field, read(given[field], { op, name: `${name}.${field}` })] as const;
      });
      // The entries are those of `kinds`, which `fromEntries` does not know.
      return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as OptionValues<Kinds>;
    },
  };
}

function unknownField({ op, name }: Place, field: string, known: readonly string[]): ManabiError {
  return new ManabiError('argument', `\`${name}\` has no field '${field}'. ${didYouMean(field, known)}`, {
    op,
    data: { name: `${name}.${field}`, nearest: nearestNames(field, known), known },
  });
}

/** Checks that options are an object whose names are all known. */
function checkNames(
  op: string,
  given: unknown,
  kinds: OptionKinds,
  { others = [], hints = {} }: FurtherOptions,
): asserts given is Readonly<Record<string, unknown>> {
  if (!isPlainObject(given)) throw notOptions(op, given, [...Object.keys(kinds), ...others]);
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(kinds, name) || others.includes(name)) continue;
    const known = [...Object.keys(kinds), ...others];
    throw unknownOption(op, name, known, Object.hasOwn(hints, name) ? hints[name] : didYouMean(name, known));
  }
}

function notOptions(op: string, given: unknown, known: readonly string[]): ManabiError {
  const shown = `{ ${known.slice(0, 3).join(', ')}${known.length > 3 ? ', …' : ''} }`;
  const message = `Options must be given as an object, ${shown}; got ${formatGiven(given)}. ${adviceOn(given)}`;
  return new ManabiError('argument', message.trimEnd(), {
    op,
    data: { name: 'options', given: describeGiven(given), known },
  });
}

function unknownOption(op: string, name: string, known: readonly string[], hint: string): ManabiError {
  return new ManabiError('argument', `Unknown option '${name}'. ${hint}`, {
    op,
    data: { name, nearest: nearestNames(name, known), known },
  });
}
