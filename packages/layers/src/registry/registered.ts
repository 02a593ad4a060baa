import type { MadeRow } from './class-row.ts';
import { hasPackage, normalizedName, withoutPackage } from './names.ts';

/** Kinds of classes that are saved in files by name: layers, losses and others. */
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

/** A kind of class that is saved in files by name. */
export type ClassKind = (typeof classKinds)[number];

/** The registered classes of one kind, by name. Registering a name again replaces the previous class. */
export class Registered<T> {
  readonly #rows = new Map<string, MadeRow<T>>();

  set(className: string, make: T): void {
    this.#rows.set(normalizedName(className), { className, make });
  }

  /** Returns the entry for a name with its package; if there is none, the entry for the name without its package. */
  find(name: string): MadeRow<T> | undefined {
    return (
      this.#rows.get(normalizedName(name)) ??
      (hasPackage(name) ? this.#rows.get(normalizedName(withoutPackage(name))) : undefined)
    );
  }

  get rows(): readonly MadeRow<T>[] {
    return [...this.#rows.values()];
  }

  /** Returns the name under which a function or constructor was registered; undefined if it was not registered. */
  nameOf(value: unknown): string | undefined {
    return this.rows.find(({ make }) => make === value)?.className;
  }
}

const kinds = new Map<ClassKind, Registered<unknown>>();

/** Returns the registered classes of a kind; `register` checks their type. */
export function registered<T>(kind: ClassKind): Registered<T> {
  const found = kinds.get(kind) ?? new Registered<unknown>();
  kinds.set(kind, found);
  // `register` only stores values of the type that belongs to the kind.
  return found as Registered<T>;
}
