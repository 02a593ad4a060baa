import { type Kind, wrongArgument } from '@manabi/errors';
import { type Described, isDescribed } from './describe-config.ts';
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
 */
export function identified<T extends Described>(
  noun: string,
  table: NameTable<Maker<T>>,
  isThing: (thing: Described) => thing is T,
): Kind<T> {
  const expected = `${noun} or its name`;
  return {
    expected,
    accepts: (given) => typeof given === 'string' || isDescribed(given),
    read: (given, place) => {
      if (typeof given === 'string') return table.get(given, place).make();
      if (!isDescribed(given)) throw wrongArgument(place, expected, given);
      if (isThing(given)) return given;
      const thing = table.get(given.className, place).make(given.config);
      if (given.savedAs !== undefined) noteSavedAs(thing, given.savedAs);
      return thing;
    },
  };
}
