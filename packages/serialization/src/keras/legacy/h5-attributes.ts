import { FileError } from '@manabi/files';
import type { Hdf5Group } from '../../hdf5/open.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';

/** More pieces of a list than any model has. */
const MOST_PIECES = 10_000;

/** A text of a group; undefined if it has none of that name. */
export function textOf(group: Hdf5Group, name: string): string | undefined {
  const value = group.attribute(name);
  return typeof value === 'string' ? value : undefined;
}

/**
 * A list of texts, which Keras splits into `layer_names0`, `layer_names1`, … where it is long; undefined if there is none.
 */
export function textsOf(group: Hdf5Group, name: string): readonly string[] | undefined {
  const whole = listOf(group, name);
  if (whole !== undefined) return whole;
  const pieces: string[] = [];
  for (let i = 0; i < MOST_PIECES; i++) {
    const piece = listOf(group, `${name}${i}`);
    if (piece === undefined) return i === 0 ? undefined : pieces;
    pieces.push(...piece);
  }
  return pieces;
}

function listOf(group: Hdf5Group, name: string): readonly string[] | undefined {
  const value = group.attribute(name);
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value;
  // An empty list has no texts that would say what it is of.
  return value === undefined ? undefined : [];
}

/**
 * An object that a group holds as text; undefined if it has none of that name.
 *
 * @throws FileError `corrupt` for text that is no JSON
 */
export function jsonOf(source: string, group: Hdf5Group, name: string): JsonObject | undefined {
  const text = textOf(group, name);
  if (text === undefined) return undefined;
  const value = parsed(source, name, text);
  if (isObject(value)) return value;
  throw new FileError('corrupt', `${name} of ${source} holds no object.`, { data: { source, attribute: name } });
}

function parsed(source: string, attribute: string, text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FileError('corrupt', `${attribute} of ${source} is no JSON: ${String(error)}`, {
      data: { source, attribute },
      cause: error,
    });
  }
}
