import { isList, isObject, type Json } from '../json.ts';
import type { ConfigPart } from './config-part.ts';

/** Where a tensor comes from: the layer, which of its calls, which of the outputs. */
export type Place = readonly [layer: string, call: number, output: number];

/** One tensor, or several. */
export type Places = Place | readonly Place[];

/** Tensors in lists and records, as deep as one likes. */
export type PlaceStructure = Place | readonly PlaceStructure[] | { readonly [name: string]: PlaceStructure };

/** Whether it is one tensor. */
export function isPlace(value: PlaceStructure): value is Place {
  return Array.isArray(value) && value.length === 3 && typeof value[0] === 'string';
}

/**
 * Reads which tensors of a graph a part of the config refers to.
 *
 * @throws FileError `corrupt` for anything else
 */
export function placesOf(part: ConfigPart): Places {
  const structure = structureOf(part);
  return isPlace(structure) ? structure : leavesOf(structure);
}

/**
 * As `placesOf`, with the lists and records that the tensors are in.
 *
 * @throws FileError `corrupt` for anything else
 */
export function structureOf(part: ConfigPart): PlaceStructure {
  const { value } = part;
  if (isList(value)) {
    const items = part.list();
    return isPlaceList(value) ? placeOf(items) : items.map(structureOf);
  }
  const expected = 'a tensor: [layer, call, output]';
  if (!isObject(value)) throw part.wrong(expected);
  if (value.class_name === '__keras_tensor__') {
    const history = part.field('config').field('keras_history');
    const items = history.list(expected);
    if (items.length !== 3) throw history.wrong(expected);
    return placeOf(items);
  }
  if ('class_name' in value) throw part.wrong(expected);
  return Object.fromEntries(part.entries().map(([name, item]) => [name, structureOf(item)]));
}

/** All tensors of a structure, in Keras's order: the entries of a record are sorted by name. */
export function leavesOf(structure: PlaceStructure): readonly Place[] {
  if (isPlace(structure)) return [structure];
  if (isListOf(structure)) return structure.flatMap(leavesOf);
  return Object.keys(structure)
    .sort()
    .flatMap((name) => leavesOf(structure[name]));
}

/** The same structure with other tensors. */
export function mapPlaces(structure: PlaceStructure, f: (place: Place) => Place): PlaceStructure {
  if (isPlace(structure)) return f(structure);
  if (isListOf(structure)) return structure.map((item) => mapPlaces(item, f));
  return Object.fromEntries(Object.entries(structure).map(([name, item]) => [name, mapPlaces(item, f)]));
}

/** Whether it is one tensor, or a list of nothing but tensors. */
export function isFlat(structure: PlaceStructure): structure is Places {
  return isPlace(structure) || (isListOf(structure) && structure.every(isPlace));
}

function isListOf(structure: PlaceStructure): structure is readonly PlaceStructure[] {
  return Array.isArray(structure);
}

/** Whether a list is one tensor, and not a list of them: it begins with the name of a layer. */
function isPlaceList(value: readonly Json[]): boolean {
  return value.length === 3 && typeof value[0] === 'string' && !isList(value[1]);
}

function placeOf([layer, call, output]: readonly ConfigPart[]): Place {
  return [layer.text('the name of a layer'), indexOf(call), indexOf(output)];
}

function indexOf(part: ConfigPart): number {
  const expected = 'an integer from 0';
  const value = part.number(expected);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw part.wrong(expected);
}
