import { type ArgumentLocation, type Kind, ManabiError, wrongArgument } from '@manabi/errors';
import { describeGiven, formatGiven, isCallable } from '@manabi/errors/internal';
import type { ClassTable } from './class-table.ts';
import { type Described, isDescribed } from './described.ts';
import { noteSavedAs } from './saved-as.ts';

interface Maker<T> {
  make(config?: object): T;
}

/**
 * Makes a thing of a config; without one, as Keras does for a name alone. (The type of a method, so that each may have
 * options of its own type.)
 */
export type Make<T> = Maker<T>['make'];

/** How users say which initializer, loss or the like they want: by name, by class name and config, or as such. */
export type Identifier<T> = string | T | Described;

/** What things of a kind are, beside their table. */
export interface ThingKind<T extends Described> {
  readonly table: ClassTable<Make<T>>;
  /** For messages: `an initializer`. */
  readonly noun: string;
  readonly isThing: (thing: Described) => thing is T;
  /** The method that does the work, for users who give a function: `draw: (key, shape, dtype) => tensor`. */
  readonly method?: string;
}

/** Returns the kind of things that a user names, describes or hands over, and whose classes are all there. */
/* @__NO_SIDE_EFFECTS__ */
export function identified<T extends Described>(things: ThingKind<T>): Kind<T> {
  const { table, noun, isThing, method = '' } = things;
  const expected = `${noun} or its name`;
  return {
    expected,
    accepts: (given) => typeof given === 'string' || isDescribed(given),
    read: (given, place) => {
      if (typeof given === 'string') return made(things, given, place);
      if (isDescribed(given)) return isThing(given) ? given : madeOfDescription(things, given, place);
      const advice = isCallable(given) && method !== '' ? objectHint(method) : '';
      throw wrongArgument(place, expected, given, callHint(table, given) ?? advice);
    },
  };
}

/**
 * Returns the kind of things that a user names, describes or hands over, and whose classes are loaded later: names are
 * checked, and taken as they are.
 */
/* @__NO_SIDE_EFFECTS__ */
export function named<T extends Described>(
  { table, noun, isThing }: ThingKind<T>,
  advice: (given: unknown) => string = () => '',
): Kind<Identifier<T>> {
  const expected = `${noun} or its name`;
  return {
    expected,
    accepts: (given) => typeof given === 'string' || isDescribed(given),
    read: (given, place) => {
      if (typeof given !== 'string' && !isDescribed(given)) {
        throw wrongArgument(place, expected, given, callHint(table, given) ?? advice(given));
      }
      const name = nameIn(given, isThing);
      if (name !== null) table.check(name, place);
      return given;
    },
  };
}

/**
 * As `named`, for things that may also be a function of the user.
 *
 * @param signature how such a function is called: `(yTrue, yPred) => losses`
 * @param byShapes names that are not in the table, since shapes decide what they mean
 */
/* @__NO_SIDE_EFFECTS__ */
export function namedOrFunction<T extends Described, F extends (...given: never[]) => unknown>(
  things: ThingKind<T>,
  signature: string,
  byShapes: readonly string[],
): Kind<Identifier<T> | F> {
  const names = named(things);
  const expected = `${things.noun}, its name, or a function ${signature}`;
  const isFunction = (given: unknown): given is F => isCallable(given);
  return {
    expected,
    accepts: (given) => isFunction(given) || names.accepts(given),
    read: (given, place) => {
      if (isNameOf(byShapes, given)) return given;
      const hint = callHint(things.table, given);
      if (isFunction(given) && hint === undefined) return given;
      if (!names.accepts(given)) throw wrongArgument(place, expected, given, hint);
      return names.read(given, place);
    },
  };
}

/** The names of the classes that make what a user named or described: none for a thing itself. */
export function classesOf<T extends Described>(
  { isThing }: ThingKind<T>,
  identifier: Identifier<T>,
): readonly string[] {
  const name = nameIn(identifier, isThing);
  return name === null ? [] : [name];
}

/**
 * Makes the thing that a user named or described. Its class is there.
 *
 * @param config for a name alone
 */
export function thingOf<T extends Described>(
  things: ThingKind<T>,
  identifier: Identifier<T>,
  place: ArgumentLocation,
  config?: object,
): T {
  if (typeof identifier === 'string') return made(things, identifier, place, config);
  return things.isThing(identifier) ? identifier : madeOfDescription(things, identifier, place);
}

function madeOfDescription<T extends Described>(things: ThingKind<T>, given: Described, place: ArgumentLocation): T {
  const thing = made(things, given.className, place, given.config);
  if (given.savedAs !== undefined) noteSavedAs(thing, given.savedAs);
  return thing;
}

function made<T extends Described>(
  { table, noun, isThing }: ThingKind<T>,
  name: string,
  place: ArgumentLocation,
  config?: object,
): T {
  const thing: unknown = table.get(name, place)(config);
  if (isDescribed(thing) && isThing(thing)) return thing;
  throw new ManabiError(
    'argument',
    `The function registered as '${name}' must return ${noun}; got ${formatGiven(thing)}.`,
    {
      op: place.op,
      data: { name: place.name, registered: name, returned: describeGiven(thing) },
    },
  );
}

/** The class name that a user gave; null for a thing. */
function nameIn<T extends Described>(
  identifier: Identifier<T>,
  isThing: (thing: Described) => thing is T,
): string | null {
  if (typeof identifier === 'string') return identifier;
  return isThing(identifier) ? null : identifier.className;
}

/**
 * What to do with a function that makes a thing, and was given itself; undefined for others. One whose class is not loaded
 * is known by its name and by its only parameter, the options.
 */
function callHint<T>(table: ClassTable<Make<T>>, given: unknown): string | undefined {
  if (!isCallable(given)) return undefined;
  const isLater = given.length < 2 && table.builtIn(given.name) !== undefined && !table.isLoaded(given.name);
  const name = table.nameOf(given) ?? (isLater ? given.name : undefined);
  return name === undefined ? undefined : `Call it: ${name}().`;
}

/** What to write in place of a function that does the work itself. */
function objectHint(method: string): string {
  return `Give an object with the function as a method: { className: 'Own', config: {}, ${method} }.`;
}

/** Whether something is one of some names, in any case. */
export function isNameOf(names: readonly string[], given: unknown): given is string {
  return typeof given === 'string' && names.includes(given.toLowerCase());
}

/** Whether an object has certain methods. */
export function hasMethods(thing: object, ...names: readonly string[]): boolean {
  return names.every((name) => isCallable(Reflect.get(thing, name)));
}
