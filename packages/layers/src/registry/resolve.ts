import { type ArgumentLocation, type Kind, ManabiError, wrongArgument } from '@manabi/errors';
import { describeGiven, formatGiven, isCallable } from '@manabi/errors/internal';
import type { ClassTable } from './class-table.ts';
import { type Described, isDescribed } from './described.ts';
import { noteSavedAs } from './saved-as.ts';

interface Maker<T> {
  make(config?: object): T;
}

/**
 * A function that creates an instance from a config; without a config, with Keras's defaults. The method type allows
 * each function to have its own type of options.
 */
export type Make<T> = Maker<T>['make'];

/**
 * How a user specifies an initializer, loss or similar object: by name, by class name and config, or as an instance.
 */
export type Identifier<T> = string | T | Described;

/** How messages describe a kind of object, such as initializers. */
export interface ComponentKind<T extends Described> {
  readonly table: ClassTable<Make<T>>;
  /** Noun with article for messages, such as `an initializer`. */
  readonly noun: string;
  readonly isInstance: (instance: Described) => instance is T;
  /**
   * Signature of the object's main method, which the error shows to users who pass a function instead: `draw: (key,
   * shape, dtype) => tensor`.
   */
  readonly method?: string;
}

/**
 * Returns a validator that accepts an instance, a `{ className, config }` or a name, for a kind whose classes are all
 * loaded from the start. Reading an argument creates the instance.
 */
/* @__NO_SIDE_EFFECTS__ */
export function identified<T extends Described>(components: ComponentKind<T>): Kind<T> {
  const { table, noun, isInstance, method = '' } = components;
  const expected = `${noun} or its name`;
  return {
    expected,
    accepts: (given) => typeof given === 'string' || isDescribed(given),
    read: (given, place) => {
      if (typeof given === 'string') return made(components, given, place);
      if (isDescribed(given)) return isInstance(given) ? given : madeOfDescription(components, given, place);
      const advice = isCallable(given) && method !== '' ? objectHint(method) : '';
      throw wrongArgument(place, expected, given, callHint(table, given) ?? advice);
    },
  };
}

/**
 * Returns a validator that accepts an instance, a `{ className, config }` or a name, for a kind whose classes are
 * loaded on first use. Reading an argument checks names and returns the argument unchanged.
 */
/* @__NO_SIDE_EFFECTS__ */
export function named<T extends Described>(
  { table, noun, isInstance }: ComponentKind<T>,
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
      const name = nameIn(given, isInstance);
      if (name !== null) table.check(name, place);
      return given;
    },
  };
}

/**
 * Returns a validator that accepts everything that `named` accepts, and functions written by the user.
 *
 * @param signature signature of such a function: `(yTrue, yPred) => losses`
 * @param byShapes names that are not in the table, since the class that they stand for depends on shapes
 */
/* @__NO_SIDE_EFFECTS__ */
export function namedOrFunction<T extends Described, F extends (...given: never[]) => unknown>(
  components: ComponentKind<T>,
  signature: string,
  byShapes: readonly string[],
): Kind<Identifier<T> | F> {
  const names = named(components);
  const expected = `${components.noun}, its name, or a function ${signature}`;
  const isFunction = (given: unknown): given is F => isCallable(given);
  return {
    expected,
    accepts: (given) => isFunction(given) || names.accepts(given),
    read: (given, place) => {
      if (isNameOf(byShapes, given)) return given;
      const hint = callHint(components.table, given);
      if (isFunction(given) && hint === undefined) return given;
      if (!names.accepts(given)) throw wrongArgument(place, expected, given, hint);
      return names.read(given, place);
    },
  };
}

/** Returns the names of the classes that must be loaded for a specification; an empty list for an instance. */
export function classesOf<T extends Described>(
  { isInstance }: ComponentKind<T>,
  identifier: Identifier<T>,
): readonly string[] {
  const name = nameIn(identifier, isInstance);
  return name === null ? [] : [name];
}

/**
 * Creates the instance that a user specified. Its class must be loaded.
 *
 * @param config config of the instance, if the specification is a plain name
 */
export function instanceOf<T extends Described>(
  components: ComponentKind<T>,
  identifier: Identifier<T>,
  place: ArgumentLocation,
  config?: object,
): T {
  if (typeof identifier === 'string') return made(components, identifier, place, config);
  return components.isInstance(identifier) ? identifier : madeOfDescription(components, identifier, place);
}

function madeOfDescription<T extends Described>(
  components: ComponentKind<T>,
  given: Described,
  place: ArgumentLocation,
): T {
  const instance = made(components, given.className, place, given.config);
  if (given.savedAs !== undefined) noteSavedAs(instance, given.savedAs);
  return instance;
}

function made<T extends Described>(
  { table, noun, isInstance }: ComponentKind<T>,
  name: string,
  place: ArgumentLocation,
  config?: object,
): T {
  const instance: unknown = table.get(name, place)(config);
  if (isDescribed(instance) && isInstance(instance)) return instance;
  throw new ManabiError(
    'argument',
    `The function registered as '${name}' must return ${noun}; got ${formatGiven(instance)}.`,
    {
      op: place.op,
      data: { name: place.name, registered: name, returned: describeGiven(instance) },
    },
  );
}

/** Returns the class name that a specification contains; null for an instance. */
function nameIn<T extends Described>(
  identifier: Identifier<T>,
  isInstance: (instance: Described) => instance is T,
): string | null {
  if (typeof identifier === 'string') return identifier;
  return isInstance(identifier) ? null : identifier.className;
}

/**
 * Returns advice if a factory function was passed instead of its result; undefined for other functions. A factory that
 * is not loaded yet is recognized by its name and by having a single parameter, the options.
 */
function callHint<T>(table: ClassTable<Make<T>>, given: unknown): string | undefined {
  if (!isCallable(given)) return undefined;
  const isLater = given.length < 2 && table.builtIn(given.name) !== undefined && !table.isLoaded(given.name);
  const name = table.nameOf(given) ?? (isLater ? given.name : undefined);
  return name === undefined ? undefined : `Call it: ${name}().`;
}

/** Returns advice on a function that was passed in place of an object with a certain method. */
function objectHint(method: string): string {
  return `Pass an object with the function as a method: { className: 'Own', config: {}, ${method} }.`;
}

/** Returns whether a value is one of some names, ignoring case. */
export function isNameOf(names: readonly string[], given: unknown): given is string {
  return typeof given === 'string' && names.includes(given.toLowerCase());
}

/** Returns whether an object has certain methods. */
export function hasMethods(value: object, ...names: readonly string[]): boolean {
  return names.every((name) => isCallable(Reflect.get(value, name)));
}
