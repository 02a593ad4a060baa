import type { MadeRow } from './class-row.ts';
import { hasPackage, normalizedName, withoutPackage } from './names.ts';

/** Categories of classes that have a name in files. */
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

/** A category of classes that have a name in files. */
export type ClassKind = (typeof classKinds)[number];

/** Registered classes of one kind, by name. A later one with the same name replaces the previous one. */
export class Registered<T> {
  readonly #rows = new Map<string, MadeRow<T>>();

  set(className: string, make: T): void {
    this.#rows.set(normalizedName(className), { className, make });
  }

  /** Returns the entry of a name with its package, or else of the name registered without a package. */
  find(name: string): MadeRow<T> | undefined {
    return (
      this.#rows.get(normalizedName(name)) ??
      (hasPackage(name) ? this.#rows.get(normalizedName(withoutPackage(name))) : undefined)
    );
  }

  get rows(): readonly MadeRow<T>[] {
    return [...this.#rows.values()];
  }

  /** Returns the name that a function or constructor was registered under; undefined if it was not. */
  nameOf(value: unknown): string | undefined {
    return this.rows.find(({ make }) => make === value)?.className;
  }
}

const kinds = new Map<ClassKind, Registered<unknown>>();

/** Returns the registered classes of a kind; `register` checks their type. */
export function registered<T>(kind: ClassKind): Registered<T> {
  const found = kinds.get(kind) ?? new Registered<unknown>();
  kinds.set(kind, found);
  // `register` stores only values of the right kind.
  return found as Registered<T>;
}
