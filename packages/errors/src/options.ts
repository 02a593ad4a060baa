import { adviceOn } from './advice.ts';
import { describeGiven, formatGiven } from './given.ts';
import { type ArgumentLocation, type Kind, type KindValue, wrongArgument } from './kinds/kind.ts';
import { isPlainObject } from './kinds/objects.ts';
import { ManabiError } from './manabi-error.ts';
import { didYouMean, nearestNames } from './nearest.ts';

/** Validators of a function's options, keyed by option name. */
export type OptionKinds = Readonly<Record<string, Kind<unknown>>>;

/**
 * Type of an object with one validator for each option of the interface `Options`. Use it with `satisfies`, which
 * reports missing validators.
 */
export type KindsOf<Options> = { readonly [K in keyof Options]-?: Kind<unknown> };

/** Values of a function's options after `readOptions`, with defaults filled in. */
export type OptionValues<Kinds extends OptionKinds> = { readonly [K in keyof Kinds]: KindValue<Kinds[K]> };

/** Option names without a validator that `readOptions` recognizes. */
export interface FurtherOptions {
  /** Names of options that are valid but that other code reads. */
  readonly others?: readonly string[];
  /**
   * Advice by option name, for names that are often passed to this function by mistake: `{ epochs: 'Pass it to fit().'
   * }`.
   */
  readonly hints?: Readonly<Record<string, string>>;
}

/**
 * Checks the options of a function and fills in defaults. The options must be a plain object with known names and valid
 * values.
 *
 * @param op public name of the function that takes these options
 * @param given the options as the caller passed them
 * @throws ManabiError `argument` for invalid values, missing options and unknown names; `data.nearest` suggests names
 * for an unknown one
 * @example
 * ```ts
 * import { count, decay, optional, readOptions } from '@manabi/errors';
 *
 * const kinds = { rate: optional(decay, 0.5), seed: optional(count, 0) };
 * console.log(readOptions('dropout', { rate: 0.2 }, kinds)); // { rate: 0.2, seed: 0 }
 * readOptions('dropout', { rat: 0.2 }, kinds); // throws 'argument'
 * ```
 */
export function readOptions<const Kinds extends OptionKinds>(
  op: string,
  given: unknown,
  kinds: Kinds,
  further: FurtherOptions = {},
): OptionValues<Kinds> {
  checkNames(op, given, kinds, further);
  // Every call of a function with options runs this loop, so it avoids creating an array of entries.
  const values: Record<string, unknown> = {};
  for (const name in kinds) values[name] = kinds[name].read(given[name], { op, name });
  // `values` has exactly the names of `kinds`, and its validator returned each value.
  return values as OptionValues<Kinds>;
}

/**
 * Returns a validator that accepts plain objects with the given fields, for an option whose value is itself an object
 * of options. Omitted fields without a default stay omitted.
 *
 * @example
 * ```ts
 * import { number, objectOf, optional, readArgument } from '@manabi/errors';
 *
 * const clipping = objectOf({ min: optional(number()), max: optional(number(), 1) });
 * console.log(readArgument('clip', 'limits', { min: 0 }, clipping)); // { min: 0, max: 1 }
 * ```
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
      const unknown = Object.keys(given).find((field) => !Object.hasOwn(kinds, field));
      if (unknown !== undefined) throw unknownField({ op, name }, unknown, known);
      const values = Object.entries(kinds).map(([field, { read }]) => {
        return [field, read(given[field], { op, name: `${name}.${field}` })] as const;
      });
      // The entries have the names of `kinds`, which the return type of `fromEntries` does not state.
      return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as OptionValues<Kinds>;
    },
  };
}

function unknownField({ op, name }: ArgumentLocation, field: string, known: readonly string[]): ManabiError {
  return new ManabiError('argument', `Unknown field '${field}' in \`${name}\`. ${didYouMean(field, known)}`, {
    op,
    data: { name: `${name}.${field}`, nearest: nearestNames(field, known), known },
  });
}

/** Checks that options are a plain object with known names only. */
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
  const message = `Options must be an object ${shown}; got ${formatGiven(given)}. ${adviceOn(given)}`;
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
