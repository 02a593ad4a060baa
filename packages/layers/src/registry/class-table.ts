import type { ArgumentLocation } from '@manabi/errors';
import { unknownName } from '@manabi/errors/internal';
import type { AnyRow, ClassRow, LoadedRow } from './class-row.ts';
import { normalizedName } from './names.ts';
import { type ClassKind, type Registered, registered } from './registered.ts';

/**
 * The classes of one kind by name, for strings from users and from files: `'relu'`, `'GlorotUniform'`. Case,
 * underscores and spaces are ignored: Keras's `glorot_uniform` is `glorotUniform`. Registered classes take precedence.
 * A name with a Python package, such as `Custom>Scale`, finds the class that was registered under this name, or else
 * under `Scale`. Names of built-in classes have no package.
 *
 * @typeParam T function or constructor that creates instances of a class
 * @example
 * ```ts
 * import { lossTable } from '@manabi/layers/classes';
 *
 * console.log(lossTable.builtIn('mean_squared_error')?.className); // MeanSquaredError
 * ```
 */
export class ClassTable<T, Row extends ClassRow = ClassRow> {
  readonly kind: ClassKind;
  readonly #hints: Readonly<Record<string, string>>;
  readonly #rows: Readonly<Record<string, Row & AnyRow<T>>>;
  readonly #byName = new Map<string, Row & AnyRow<T>>();
  readonly #inFiles = new Map<string, Row>();
  readonly #loaded = new Map<ClassRow, T>();
  readonly #registered: Registered<T>;

  /**
   * @param rows built-in classes by manabi's names
   * @param hints advice, for error messages, on class names of other frameworks; keys are in lower case without
   * underscores
   */
  constructor(
    kind: ClassKind,
    rows: Readonly<Record<string, Row & AnyRow<T>>>,
    hints: Readonly<Record<string, string>> = {},
  ) {
    this.kind = kind;
    this.#rows = rows;
    this.#hints = hints;
    this.#registered = registered(kind);
    for (const [name, row] of Object.entries(rows)) {
      const { className, aliases = [], namesInFiles = [] } = row;
      for (const each of [className, ...aliases, name]) this.#byName.set(normalizedName(each), row);
      for (const each of [className, ...aliases, ...namesInFiles]) this.#inFiles.set(each, row);
    }
  }

  /** Returns the table entry of a built-in class by any of its names; undefined for registered and unknown names. */
  builtIn(name: string): Row | undefined {
    return this.#registered.find(name) === undefined ? this.#byName.get(normalizedName(name)) : undefined;
  }

  /** Returns the table entry of a built-in class by its exact name in files; undefined for other names. */
  row(className: string): Row | undefined {
    return this.#inFiles.get(className);
  }

  /**
   * Checks that a name is known.
   *
   * @param place argument that the name was passed for, for the error
   * @throws ManabiError `argument` for an unknown name, with the nearest ones
   */
  check(name: string, place: ArgumentLocation): void {
    this.#known(name, place);
  }

  /**
   * Returns the function or constructor of a class that is registered or already loaded.
   *
   * @throws ManabiError `argument` for an unknown name, with the nearest ones
   */
  get(name: string, place: ArgumentLocation): T {
    const row = this.#known(name, place);
    const made = 'make' in row ? row.make : this.#loaded.get(row);
    if (made !== undefined) return made;
    throw new Error(`The ${this.kind} '${name}' is used before it is loaded.`);
  }

  /**
   * Loads the classes with the given names, unless they are loaded already.
   *
   * @returns null if there was nothing to load, so that callers need not wait
   * @throws ManabiError `argument` for an unknown name, with the nearest ones
   */
  load(names: Iterable<string>, place: ArgumentLocation): Promise<void> | null {
    const rows = new Set([...names].map((name) => this.#known(name, place)));
    const loading = [...rows].flatMap((row) => ('make' in row || this.#loaded.has(row) ? [] : [this.#load(row)]));
    return loading.length === 0 ? null : Promise.all(loading).then(() => undefined);
  }

  /** Returns whether a class is registered or loaded, so that `get` returns it. */
  isLoaded(name: string): boolean {
    const row = this.#find(name);
    return row !== undefined && ('make' in row || this.#loaded.has(row));
  }

  async #load(row: LoadedRow<T>): Promise<void> {
    this.#loaded.set(row, await row.load());
  }

  /**
   * Returns the name of a function or constructor: the name under which it was registered, or its name in the table;
   * undefined for others.
   */
  nameOf(make: unknown): string | undefined {
    const custom = this.#registered.nameOf(make);
    if (custom !== undefined) return custom;
    return Object.entries(this.#rows).find(
      ([, row]) => ('make' in row ? row.make : this.#loaded.get(row)) === make,
    )?.[0];
  }

  /** Returns the names and aliases of all built-in and registered classes. */
  names(): string[] {
    const aliases = Object.values(this.#rows).flatMap((row) => row.aliases ?? []);
    return [...Object.keys(this.#rows), ...aliases, ...this.#registered.rows.map(({ className }) => className)];
  }

  #find(name: string): (Row & AnyRow<T>) | AnyRow<T> | undefined {
    return this.#registered.find(name) ?? this.#byName.get(normalizedName(name));
  }

  #known(name: string, place: ArgumentLocation): AnyRow<T> {
    const row = this.#find(name);
    if (row !== undefined) return row;
    const hint = normalizedName(name);
    const article = /^[aeiou]/.test(this.kind) ? 'an' : 'a';
    const advice = Object.hasOwn(this.#hints, hint) ? this.#hints[hint] : undefined;
    throw unknownName(place, `the name of ${article} ${this.kind}`, name, this.names(), advice);
  }
}
