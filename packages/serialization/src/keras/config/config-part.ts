import { FileError } from '@manabi/files';
import type { LayerDescription } from '@manabi/layers/classes';
import { isList, isObject, type Json, type JsonObject, shown } from '../json.ts';
import type { Origin } from './origin.ts';

/**
 * Part of a config, with its position. Its methods read it as a certain type; if the value has another type, the error
 * states the file, the position, the layer and the expected type.
 */
export class ConfigPart {
  /** File that the config comes from, and the version of Keras that wrote it. */
  readonly origin: Origin;
  readonly value: Json | undefined;
  /** Position in the config as keys and indices: `config.layers[2].config.units`. */
  readonly path: string;
  /** Name of the enclosing layer; null outside layers. */
  readonly layer: string | null;

  constructor(origin: Origin, value: Json | undefined, path = '', layer: string | null = null) {
    this.origin = origin;
    this.value = value;
    this.path = path;
    this.layer = layer;
  }

  /** Whether the value is missing or null. */
  get isMissing(): boolean {
    return this.value === undefined || this.value === null;
  }

  /** Returns the value as text; throws a FileError `corrupt` for other types. */
  text(expected = 'text'): string {
    if (typeof this.value === 'string') return this.value;
    throw this.wrong(expected);
  }

  /** Returns the value as a number; throws a FileError `corrupt` for other types. */
  number(expected = 'a number'): number {
    if (typeof this.value === 'number') return this.value;
    throw this.wrong(expected);
  }

  /** Returns the value as a boolean; throws a FileError `corrupt` for other types. */
  boolean(expected = 'true or false'): boolean {
    if (typeof this.value === 'boolean') return this.value;
    throw this.wrong(expected);
  }

  /** Returns the value as an object; throws a FileError `corrupt` for other types. */
  object(expected = 'an object'): JsonObject {
    if (isObject(this.value)) return this.value;
    throw this.wrong(expected);
  }

  /** Returns the items of a list; throws a FileError `corrupt` for other types. */
  list(expected = 'a list'): readonly ConfigPart[] {
    if (!isList(this.value)) throw this.wrong(expected);
    return this.value.map((item, i) => this.#part(item, `${this.path}[${i}]`));
  }

  /** Returns the entries of an object; throws a FileError `corrupt` for other types. */
  entries(expected = 'an object'): readonly (readonly [name: string, part: ConfigPart])[] {
    return Object.keys(this.object(expected)).map((name) => [name, this.field(name)]);
  }

  /**
   * Returns an entry of an object; if the entry is missing, returns a part without a value.
   *
   * @throws FileError `corrupt` for values other than objects
   */
  field(name: string, expected = 'an object'): ConfigPart {
    const object = this.object(expected);
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    return this.#part(value, this.path === '' ? name : `${this.path}.${name}`);
  }

  /** Returns an entry of an object; undefined if it is missing or null. */
  optional(name: string, expected?: string): ConfigPart | undefined {
    const part = this.field(name, expected);
    return part.isMissing ? undefined : part;
  }

  /** Returns this part with another value, such as the converted value of an older version. */
  as(value: Json): ConfigPart {
    return new ConfigPart(this.origin, value, this.path, this.layer);
  }

  /** Returns this part with `layer` as its enclosing layer. */
  within(layer: string | null): ConfigPart {
    return new ConfigPart(this.origin, this.value, this.path, layer ?? this.layer);
  }

  /** Returns the error for a part whose value does not have the expected type. */
  wrong(expected: string): FileError {
    const { source } = this.origin;
    const where = this.path === '' ? 'the config' : `\`${this.path}\``;
    const layer = this.layer === null ? '' : ` (layer '${this.layer}')`;
    const got = this.value === undefined ? 'nothing' : shown(this.value);
    return new FileError(
      'corrupt',
      `Invalid Keras config in ${source}: ${where}${layer} must be ${expected}; got ${got}. Correct the config.`,
      { data: { source, path: this.path, layer: this.layer, expected } },
    );
  }

  /** Returns the error for a part that is valid in Keras but unsupported. */
  unsupported(problem: string, data: Readonly<Record<string, unknown>> = {}, cause?: unknown): FileError {
    const { source } = this.origin;
    const at = this.path === '' ? '' : `, at \`${this.path}\``;
    return new FileError('unsupported', `Cannot load ${source}${at}: ${problem}`, {
      data: { source, path: this.path, layer: this.layer, ...data },
      cause,
    });
  }

  #part(value: Json | undefined, path: string): ConfigPart {
    return new ConfigPart(this.origin, value, path, this.layer);
  }
}

/** Function that converts the config of a nested layer to a description for `layerFrom`. */
export type ReadLayer = (part: ConfigPart) => LayerDescription;
