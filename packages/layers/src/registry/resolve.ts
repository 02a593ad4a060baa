import {
  describeGiven,
  formatGiven,
  functionOf,
  isCallable,
  type Kind,
  ManabiError,
  name,
  type Place,
  readArgument,
  wrongArgument,
} from '@manabi/errors';
import { type Described, isDescribed } from './described.ts';
import type { NameTable } from './name-table.ts';
import { noteSavedAs } from './saved-as.ts';

/**
 * Makes a thing of a config; without one, as Keras does for a name alone. (A method, so that each may have options of its
 * own type.)
 */
export interface Maker<T> {
  make(config?: object): T;
}

/** How users say which initializer, regularizer or constraint they want. */
export type Identifier<T> = string | T | Described;

/**
 * Returns the kind of things that a user names, describes or hands over.
 *
 * @param noun what they are, for messages: `an initializer`
 * @param method the one that does the work, for users who give a function: `draw: (key, shape, dtype) => tensor`
 */
export function identified<T extends Described>(
  noun: string,
  table: NameTable<Maker<T>>,
  isThing: (thing: Described) => thing is T,
  method = '',
): Kind<T> {
  const expected = `${noun} or its name`;
  const make = (name: string, place: Place, config?: object): T => {
    const made: unknown = table.get(name, place).make(config);
    if (isDescribed(made) && isThing(made)) return made;
    throw new ManabiError(
      'argument',
      `The function registered as '${name}' must return ${noun}; got ${formatGiven(made)}.`,
      { op: place.op, data: { name: place.name, registered: name, returned: describeGiven(made) } },
    );
  };
  return {
    expected,
    accepts: (given) => typeof given === 'string' || isDescribed(given),
    read: (given, place) => {
      if (typeof given === 'string') return make(given, place);
      if (!isDescribed(given)) {
        const hint = callHint(table, given);
        const advice = isCallable(given) && method !== '' ? objectHint(method) : '';
        throw wrongArgument(place, expected, given, hint === '' ? advice : hint);
      }
      if (isThing(given)) return given;
      const thing = make(given.className, place, given.config);
      if (given.savedAs !== undefined) noteSavedAs(thing, given.savedAs);
      return thing;
    },
  };
}

/**
 * Makes a thing of the user's known by name.
 *
 * @throws ManabiError `argument` unless there is a name, and a function that makes it
 */
export function registerMaker<T>(
  op: string,
  table: NameTable<Maker<T>>,
  className: string,
  make: Maker<T>['make'],
): void {
  table.register(readArgument(op, 'className', className, name), { make: readArgument(op, 'make', make, makerKind) });
}

const makerKind = functionOf<Maker<never>['make']>('a function (config) that makes it');

/** What to do with a function that makes a thing, and was given itself. */
function callHint<T>(table: NameTable<Maker<T>>, given: unknown): string {
  const name = table.nameWhere(({ make }) => make === given);
  return name === undefined ? '' : `Call it: ${name}().`;
}

/** What to write in place of a function that does the work itself. */
function objectHint(method: string): string {
  return `Give an object with the function as a method: { className: 'Own', config: {}, ${method} }.`;
}

/**
 * Returns the kind of losses or metrics as users say them: by name, as such, or as a function. They are checked, and taken
 * as they are: what some names mean depends on the data.
 *
 * @param noun what they are, for messages: `a loss`
 * @param signature how such a function is called: `(yTrue, yPred) => losses`
 * @param things the kind of the losses or metrics themselves
 * @param byShapes names that are not in the table, since shapes decide what they mean
 */
export function identifiedAsGiven<T extends Described, F extends (...given: never[]) => unknown>(
  noun: string,
  signature: string,
  table: NameTable<Maker<T>>,
  things: Kind<T>,
  byShapes: readonly string[],
): Kind<string | T | F> {
  const expected = `${noun}, its name, or a function ${signature}`;
  const isFunction = (given: unknown): given is F => isCallable(given);
  return {
    expected,
    accepts: (given) => isFunction(given) || things.accepts(given),
    read: (given, place) => {
      if (isNameOf(byShapes, given)) return given;
      const hint = callHint(table, given);
      if (isFunction(given) && hint === '') return given;
      if (!things.accepts(given)) throw wrongArgument(place, expected, given, hint);
      const thing = things.read(given, place);
      return typeof given === 'string' ? given : thing;
    },
  };
}

/** Whether something is one of some names, in any case. */
export function isNameOf(names: readonly string[], given: unknown): given is string {
  return typeof given === 'string' && names.includes(given.toLowerCase());
}

/** Whether an object has certain methods. */
export function hasMethods(thing: object, ...names: readonly string[]): boolean {
  return names.every((name) => isCallable(Reflect.get(thing, name)));
}
