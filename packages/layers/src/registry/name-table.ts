import { type Place, readArgument, text, unknownName } from '@manabi/errors';

/**
 * Things by name, for users who give strings: `'relu'`, `'glorotUniform'`. Spelling is forgiving: case, underscores and
 * blanks do not count, so that Keras's `glorot_uniform` and `GlorotUniform` are the same name. A name of Python's registry,
 * `Custom>Scale`, is what was registered under it, or else under `Scale`; what is built in is never of a package.
 */
export class NameTable<T> {
  readonly #kind: string;
  readonly #hints: Readonly<Record<string, string>>;
  readonly #entries = new Map<string, Entry<T>>();

  /**
   * @param kind what the things are, for messages: `activation`
   * @param hints what to write in place of names that others use, each in lower case without underscores
   */
  constructor(kind: string, entries: Readonly<Record<string, T>> = {}, hints: Readonly<Record<string, string>> = {}) {
    this.#kind = kind;
    this.#hints = hints;
    for (const [name, value] of Object.entries(entries)) {
      this.#entries.set(normalized(name), { name, value, isBuiltIn: true });
    }
  }

  /** Adds a thing, or replaces the one of that name. */
  register(name: string, value: T): void {
    this.#entries.set(normalized(name), { name, value, isBuiltIn: false });
  }

  /** Whether there is a thing of that name. */
  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  /**
   * Returns the thing of a name.
   *
   * @param place where the name was given, for the error
   * @throws ManabiError `argument` if there is none, with the nearest names
   */
  get(name: string, place: Place = { op: this.#kind, name: this.#kind }): T {
    const entry = this.#find(name);
    if (entry !== undefined) return entry.value;
    const hint = normalized(name);
    throw unknownName(
      place,
      `the name of ${/^[aeiou]/.test(this.#kind) ? 'an' : 'a'} ${this.#kind}`,
      name,
      this.names(),
      Object.hasOwn(this.#hints, hint) ? this.#hints[hint] : undefined,
    );
  }

  /** The first name that a thing was registered under; undefined for what was not. */
  nameOf(value: unknown): string | undefined {
    return this.nameWhere((other) => other === value);
  }

  /** The first name of a thing for which something holds; undefined if there is none. */
  nameWhere(holds: (value: T) => boolean): string | undefined {
    for (const entry of this.#entries.values()) if (holds(entry.value)) return entry.name;
    return undefined;
  }

  #find(name: string): Entry<T> | undefined {
    const exact = this.#entries.get(normalized(name));
    if (exact !== undefined || !hasPackage(name)) return exact;
    const bare = this.#entries.get(normalized(withoutPackage(name)));
    return bare?.isBuiltIn === false ? bare : undefined;
  }

  /** All names, as they were registered. */
  names(): string[] {
    return [...this.#entries.values()].map(({ name }) => name);
  }
}

interface Entry<T> {
  readonly name: string;
  readonly value: T;
  readonly isBuiltIn: boolean;
}

/** Whether a name says in which package Python registered it: `Custom>Scale`. */
export function hasPackage(name: string): boolean {
  return name.includes('>');
}

/** Returns a name without the package: `Scale` for `Custom>Scale`. */
export function withoutPackage(name: string): string {
  return readArgument('withoutPackage', 'name', name, text).replace(/^.*>/, '');
}

function normalized(name: string): string {
  return name.replace(/[_\s]/g, '').toLowerCase();
}
