import { FileError } from '@manabi/files';
import type { LayerDescription } from '@manabi/layers/classes';
import { isList, isObject, type Json, type JsonObject, shown } from '../json.ts';
import type { Origin } from './origin.ts';

/**
 * A part of a config, which knows where it is. It is read as what it should be: a text, a list, an object, …; where it is
 * something else, the error names the file, the position, the layer, and what was expected.
 */
export class ConfigPart {
  /** The file, and how it is read. */
  readonly origin: Origin;
  readonly value: Json | undefined;
  /** Keys and indices from the outside in, as they are written in code: `config.layers[2].config.units`. */
  readonly path: string;
  /** The name of the layer around it; null outside of layers. */
  readonly layer: string | null;

  constructor(origin: Origin, value: Json | undefined, path = '', layer: string | null = null) {
    this.origin = origin;
    this.value = value;
    this.path = path;
    this.layer = layer;
  }

  /** Whether there is nothing: no entry of the name, or null. */
  get isMissing(): boolean {
    return this.value === undefined || this.value === null;
  }

  /** @throws FileError `corrupt` unless it is text */
  text(expected = 'text'): string {
    if (typeof this.value === 'string') return this.value;
    throw this.wrong(expected);
  }

  /** @throws FileError `corrupt` unless it is a number */
  number(expected = 'a number'): number {
    if (typeof this.value === 'number') return this.value;
    throw this.wrong(expected);
  }

  /** @throws FileError `corrupt` unless it is true or false */
  boolean(expected = 'true or false'): boolean {
    if (typeof this.value === 'boolean') return this.value;
    throw this.wrong(expected);
  }

  /** @throws FileError `corrupt` unless it is an object */
  object(expected = 'an object'): JsonObject {
    if (isObject(this.value)) return this.value;
    throw this.wrong(expected);
  }

  /** @throws FileError `corrupt` unless it is a list */
  list(expected = 'a list'): readonly ConfigPart[] {
    if (!isList(this.value)) throw this.wrong(expected);
    return this.value.map((item, i) => this.#part(item, `${this.path}[${i}]`));
  }

  /** @throws FileError `corrupt` unless it is an object */
  entries(expected = 'an object'): readonly (readonly [name: string, part: ConfigPart])[] {
    return Object.keys(this.object(expected)).map((name) => [name, this.field(name)]);
  }

  /**
   * The entry of an object under a name; one without a value if there is none.
   *
   * @throws FileError `corrupt` unless it is an object
   */
  field(name: string, expected = 'an object'): ConfigPart {
    const object = this.object(expected);
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    return this.#part(value, this.path === '' ? name : `${this.path}.${name}`);
  }

  /** As `field`; undefined if there is none, or it is null. */
  optional(name: string, expected?: string): ConfigPart | undefined {
    const part = this.field(name, expected);
    return part.isMissing ? undefined : part;
  }

  /** The same position with another value: what an older version wrote, in today's words. */
  as(value: Json): ConfigPart {
    return new ConfigPart(this.origin, value, this.path, this.layer);
  }

  /** The same part, within a layer. */
  within(layer: string | null): ConfigPart {
    return new ConfigPart(this.origin, this.value, this.path, layer ?? this.layer);
  }

  /** The error for a part that is not what it should be. */
  wrong(expected: string): FileError {
    const { source } = this.origin;
    const where = this.path === '' ? 'the config' : `\`${this.path}\``;
    const layer = this.layer === null ? '' : ` (layer '${this.layer}')`;
    const got = this.value === undefined ? 'nothing' : shown(this.value);
    return new FileError(
      'corrupt',
      `${source} does not have a config of Keras: ${where}${layer} must be ${expected}; got ${got}.`,
      { data: { source, path: this.path, layer: this.layer, expected } },
    );
  }

  /** The error for what is right in Keras, and not supported here. */
  unsupported(what: string, data: Readonly<Record<string, unknown>> = {}, cause?: unknown): FileError {
    const { source } = this.origin;
    return new FileError('unsupported', `${source} cannot be loaded: ${what}`, {
      data: { source, path: this.path, layer: this.layer, ...data },
      cause,
    });
  }

  #part(value: Json | undefined, path: string): ConfigPart {
    return new ConfigPart(this.origin, value, path, this.layer);
  }
}

/** Reads a layer within, as `layerFrom` takes it. */
export type ReadLayer = (part: ConfigPart) => LayerDescription;
