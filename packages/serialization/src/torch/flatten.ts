import { FileError } from '@manabi/files';
import { latin1, PythonGlobal, type PythonValue } from '@manabi/files/pickle';
import { isTensorRef, type TensorRef } from './tensors.ts';

/** Plain value in a PyTorch file. */
export type TorchValue = null | boolean | number | bigint | string;

/** Tensors and plain values of a pickle by name. */
export interface Flattened {
  readonly tensors: ReadonlyMap<string, TensorRef>;
  readonly values: ReadonlyMap<string, TorchValue>;
}

/** Largest accepted nesting depth of dictionaries and lists. */
const MOST_LEVELS = 64;

/**
 * Collects the tensors and plain values in nested dictionaries, lists and tuples. Their names are the keys and positions,
 * joined by points: `state_dict.fc.weight`. Bytes become text, each character of which is one byte.
 *
 * @param most largest number of visited values: an object that is used several times is visited each time
 * @throws FileError `corrupt`, `tooLarge`
 */
export function flatten(source: string, root: PythonValue, most: number): Flattened {
  const tensors = new Map<string, TensorRef>();
  const values = new Map<string, TorchValue>();
  /** Bytes as text; bytes that are used several times share it. */
  const texts = new Map<Uint8Array, string>();
  let left = most;
  const visit = (value: PythonValue, name: string, level: number): void => {
    left--;
    if (left < 0 || level > MOST_LEVELS) {
      throw new FileError(
        'tooLarge',
        `Refused to read ${source}: its objects are nested too deeply or used too often.`,
        {
          data: { source, most, levels: MOST_LEVELS },
        },
      );
    }
    const within = (key: PythonValue | number): string => (name === '' ? label(key) : `${name}.${label(key)}`);
    if (isTensorRef(value)) {
      if (tensors.has(name)) throw twice(source, name);
      tensors.set(name, value);
    } else if (value instanceof Map) {
      for (const [key, item] of value) visit(item, within(key), level + 1);
    } else if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) visit(item, within(i), level + 1);
    } else if (value instanceof PythonGlobal) {
      values.set(name, value.name);
    } else if (value instanceof Uint8Array) {
      const text = texts.get(value) ?? latin1(value);
      texts.set(value, text);
      values.set(name, text);
    } else if (typeof value !== 'object' || value === null) {
      values.set(name, value);
    }
  };
  visit(root, '', 0);
  return { tensors, values };
}

function label(key: PythonValue | number): string {
  return typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint' ? String(key) : '?';
}

function twice(source: string, name: string): FileError {
  return new FileError('corrupt', `${source} has two tensors named '${name}'. Rename one of them and save it again.`, {
    data: { source, tensor: name },
  });
}
