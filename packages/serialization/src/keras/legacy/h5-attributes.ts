import type { Hdf5Group } from '../../hdf5/open.ts';
import type { JsonObject } from '../json.ts';
import { parseJson } from '../parse-json.ts';

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
 * @throws FileError `corrupt` for text that is no JSON; `tooLarge`
 */
export function jsonOf(source: string, group: Hdf5Group, name: string): JsonObject | undefined {
  const text = textOf(group, name);
  return text === undefined ? undefined : parseJson(source, name, text);
}
