import type { ArgumentLocation } from '@manabi/errors';
import { unknownName } from '@manabi/errors/internal';
import type { AnyRow, ClassRow, LoadedRow } from './class-row.ts';
import { normalizedName } from './names.ts';
import { type ClassKind, type Registered, registered } from './registered.ts';

/**
 * The classes of one kind by name, for users who give strings and for files: `'relu'`, `'GlorotUniform'`. Case, underscores
 * and blanks do not count, so that Keras's `glorot_uniform` is `glorotUniform`. What users registered comes first. A name of
 * Python's registry, `Custom>Scale`, is what was registered under it, or else under `Scale`; built-in classes are in no
 * package.
 *
 * @typeParam T what makes things of the class: a function of a config, a constructor
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
   * @param rows the built-in classes, by our names
   * @param hints what to write in place of names that others use, each in lower case without underscores
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

  /** The row of the built-in class that a name stands for; undefined for names that users registered. */
  builtIn(name: string): Row | undefined {
    return this.#registered.find(name) === undefined ? this.#byName.get(normalizedName(name)) : undefined;
  }

  /** The row of a built-in class; undefined unless the name is exactly one that files have for it. */
  row(className: string): Row | undefined {
    return this.#inFiles.get(className);
  }

  /**
   * Checks that there is a class of a name.
   *
   * @param place where the name was given, for the error
   * @throws ManabiError `argument` if there is none, with the nearest names
   */
  check(name: string, place: ArgumentLocation): void {
    this.#known(name, place);
  }

  /**
   * What makes things of a class that is built in from the beginning, registered, or loaded.
   *
   * @throws ManabiError `argument` if there is none, with the nearest names
   */
  get(name: string, place: ArgumentLocation): T {
    const row = this.#known(name, place);
    const made = 'make' in row ? row.make : this.#loaded.get(row);
    if (made !== undefined) return made;
    throw new Error(`The ${this.kind} '${name}' is used before it is loaded.`);
  }

  /**
   * Loads what makes things of some classes, unless it is there.
   *
   * @returns null if nothing had to be loaded, so that callers need not wait
   * @throws ManabiError `argument` for a name that there is not, with the nearest names
   */
  load(names: Iterable<string>, place: ArgumentLocation): Promise<void> | null {
    const rows = new Set([...names].map((name) => this.#known(name, place)));
    const loading = [...rows].flatMap((row) => ('make' in row || this.#loaded.has(row) ? [] : [this.#load(row)]));
    return loading.length === 0 ? null : Promise.all(loading).then(() => undefined);
  }

  /** Whether a class is there, so that `get` returns it. */
  isLoaded(name: string): boolean {
    const row = this.#find(name);
    return row !== undefined && ('make' in row || this.#loaded.has(row));
  }

  async #load(row: LoadedRow<T>): Promise<void> {
    this.#loaded.set(row, await row.load());
  }

  /** The name of something that makes things: as it was registered, else ours; undefined if the table does not have it. */
  nameOf(thing: unknown): string | undefined {
    const custom = this.#registered.nameOf(thing);
    if (custom !== undefined) return custom;
    return Object.entries(this.#rows).find(
      ([, row]) => ('make' in row ? row.make : this.#loaded.get(row)) === thing,
    )?.[0];
  }

  /** All names: those of ours, further ones, and those that users registered. */
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
