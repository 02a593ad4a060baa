import { ManabiError } from '@manabi/core';
import { type Described, isDescribed } from './describe-config.ts';
import type { NameTable } from './name-table.ts';

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
 * The thing that a user means: by name, by its description, or itself.
 *
 * @throws ManabiError `argument` for unknown names, and for whatever else
 */
export function resolve<T extends Described>(
  kind: string,
  table: NameTable<Maker<T>>,
  isThing: (thing: Described) => thing is T,
  identifier: Identifier<T>,
): T {
  if (typeof identifier === 'string') return table.get(identifier).make();
  if (isDescribed(identifier)) {
    return isThing(identifier) ? identifier : table.get(identifier.className).make(identifier.config);
  }
  throw new ManabiError(
    'argument',
    `The ${kind} is a name, such as '${table.names()[0]}', or what a function of that name made, not ${typeof identifier}.`,
    { op: kind, data: { given: typeof identifier } },
  );
}
