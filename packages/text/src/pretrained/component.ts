import { ManabiError, type OptionKinds, type OptionValues, readOptions } from '@manabi/errors';
import { didYouMean, isPlainObject } from '@manabi/errors/internal';

/** Public name in messages about the content of a file. */
const OP = 'readTokenizer';

/** Creates the error for a tokenizer file with content that is invalid or not supported. */
export function fileError(path: string, why: string, cause?: unknown): ManabiError {
  return new ManabiError('file', `tokenizer.json, ${path}: ${why}`, { op: OP, data: { path }, cause });
}

/**
 * Checks the fields of a component of a tokenizer file. Unknown fields are errors: they could change the result.
 *
 * @param path where the component is in the file, such as `normalizer.normalizers[1]`
 * @throws ManabiError `file` for fields that are missing, unknown or invalid
 */
export function readFields<const Kinds extends OptionKinds>(
  path: string,
  given: unknown,
  kinds: Kinds,
): OptionValues<Kinds> {
  try {
    return readOptions(OP, given, kinds, { others: ['type'] });
  } catch (cause) {
    throw fileError(path, cause instanceof ManabiError ? cause.message.slice(`[${OP}] `.length) : String(cause), cause);
  }
}

/** Reads one type of component from its entry in the file. */
export type ComponentReader<T> = (given: Readonly<Record<string, unknown>>, path: string) => T;

/**
 * Reads a component with the reader of its `type`.
 *
 * @param readers readers by the types that are supported
 * @throws ManabiError `file` for other types
 */
export function readTyped<T>(readers: Readonly<Record<string, ComponentReader<T>>>, given: unknown, path: string): T {
  if (!isPlainObject(given) || typeof given.type !== 'string') {
    throw fileError(path, 'expected an object with a field `type`.');
  }
  if (!Object.hasOwn(readers, given.type)) {
    throw fileError(path, `type '${given.type}' is not supported. ${didYouMean(given.type, Object.keys(readers))}`);
  }
  return readers[given.type](given, path);
}

/** Reads the components of a field that holds an array, such as the `normalizers` of a `Sequence`. */
export function readEach<T>(
  given: Readonly<Record<string, unknown>>,
  field: string,
  path: string,
  read: ComponentReader<T>,
): readonly T[] {
  const items = given[field];
  if (!Array.isArray(items)) throw fileError(path, `\`${field}\` must be an array.`);
  return items.map((item, i) => read(item, `${path}.${field}[${i}]`));
}
