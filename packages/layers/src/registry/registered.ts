import type { MadeRow } from './class-row.ts';
import { hasPackage, normalizedName, withoutPackage } from './names.ts';

/** The kinds of things that have a class name in files. */
export const classKinds = [
  'layer',
  'loss',
  'metric',
  'optimizer',
  'schedule',
  'initializer',
  'regularizer',
  'constraint',
  'activation',
] as const;

/** A kind of things that have a class name in files. */
export type ClassKind = (typeof classKinds)[number];

/** The things of one kind that users registered, by name. A later one of the same name replaces the one before. */
export class Registered<T> {
  readonly #rows = new Map<string, MadeRow<T>>();

  set(className: string, make: T): void {
    this.#rows.set(normalizedName(className), { className, make });
  }

  /** The row of a name, with its package or, registered without one, for any package. */
  find(name: string): MadeRow<T> | undefined {
    return (
      this.#rows.get(normalizedName(name)) ??
      (hasPackage(name) ? this.#rows.get(normalizedName(withoutPackage(name))) : undefined)
    );
  }

  get rows(): readonly MadeRow<T>[] {
    return [...this.#rows.values()];
  }

  /** The name that a thing was registered under; undefined if it was not. */
  nameOf(thing: unknown): string | undefined {
    return this.rows.find(({ make }) => make === thing)?.className;
  }
}

const kinds = new Map<ClassKind, Registered<unknown>>();

/** The things of a kind that users registered; `register` checks that they are of that kind. */
export function registered<T>(kind: ClassKind): Registered<T> {
  const found = kinds.get(kind) ?? new Registered<unknown>();
  kinds.set(kind, found);
  // `register` puts in only what the kind demands.
  return found as Registered<T>;
}
