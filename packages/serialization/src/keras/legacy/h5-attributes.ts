import type { Hdf5Group } from '../../hdf5/open.ts';
import type { JsonObject } from '../json.ts';
import { parseJson } from '../parse-json.ts';

/** Largest accepted number of attributes over which a list is split, far more than in real models. */
const MOST_PIECES = 10_000;

/** Returns a text attribute of a group; undefined if it is missing. */
export async function textOf(group: Hdf5Group, name: string): Promise<string | undefined> {
  const value = await group.attribute(name);
  return typeof value === 'string' ? value : undefined;
}

/**
 * Returns a list of strings, which Keras splits into `layer_names0`, `layer_names1`, … if it is long; undefined if it is
 * missing.
 */
export async function textsOf(group: Hdf5Group, name: string): Promise<readonly string[] | undefined> {
  const whole = await listOf(group, name);
  if (whole !== undefined) return whole;
  const pieces: string[] = [];
  for (let i = 0; i < MOST_PIECES; i++) {
    const piece = await listOf(group, `${name}${i}`);
    if (piece === undefined) return i === 0 ? undefined : pieces;
    pieces.push(...piece);
  }
  return pieces;
}

async function listOf(group: Hdf5Group, name: string): Promise<readonly string[] | undefined> {
  const value = await group.attribute(name);
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value;
  // An empty list has no element type.
  return value === undefined ? undefined : [];
}

/**
 * Returns a JSON object stored as text; undefined if it is missing.
 *
 * @throws FileError `corrupt` for invalid JSON; `tooLarge`
 */
export async function jsonOf(source: string, group: Hdf5Group, name: string): Promise<JsonObject | undefined> {
  const text = await textOf(group, name);
  return text === undefined ? undefined : parseJson(source, name, text);
}
