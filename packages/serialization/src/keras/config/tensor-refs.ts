import { isList, isObject, type Json } from '../json.ts';
import type { ConfigPart } from './config-part.ts';

/**
 * Reference to a tensor: the name of a layer, the index of a call of this layer, and the index of an output of this
 * call.
 */
export type TensorRef = readonly [layer: string, call: number, output: number];

/** One tensor reference or several. */
export type TensorRefs = TensorRef | readonly TensorRef[];

/** Tensor references in nested lists and objects. */
export type TensorRefStructure =
  | TensorRef
  | readonly TensorRefStructure[]
  | { readonly [name: string]: TensorRefStructure };

/** Reports whether a structure is a single reference. */
export function isTensorRef(value: TensorRefStructure): value is TensorRef {
  return Array.isArray(value) && value.length === 3 && typeof value[0] === 'string';
}

/**
 * Reads the references of a part of the config as one reference or a flat list.
 *
 * @throws FileError `corrupt` for other values
 */
export function tensorRefsOf(part: ConfigPart): TensorRefs {
  const structure = structureOf(part);
  return isTensorRef(structure) ? structure : leavesOf(structure);
}

/**
 * Reads the references of a part of the config with the lists and objects around them.
 *
 * @throws FileError `corrupt` for other values
 */
export function structureOf(part: ConfigPart): TensorRefStructure {
  const { value } = part;
  if (isList(value)) {
    const items = part.list();
    return isTensorRefList(value) ? tensorRefOf(items) : items.map(structureOf);
  }
  const expected = 'a tensor: [layer, call, output]';
  if (!isObject(value)) throw part.wrong(expected);
  if (value.class_name === '__keras_tensor__') {
    const history = part.field('config').field('keras_history');
    const items = history.list(expected);
    if (items.length !== 3) throw history.wrong(expected);
    return tensorRefOf(items);
  }
  if ('class_name' in value) throw part.wrong(expected);
  return Object.fromEntries(part.entries().map(([name, item]) => [name, structureOf(item)]));
}

/** Returns all references of a structure in Keras's order: the entries of an object are sorted by name. */
export function leavesOf(structure: TensorRefStructure): readonly TensorRef[] {
  if (isTensorRef(structure)) return [structure];
  if (isListOf(structure)) return structure.flatMap(leavesOf);
  return Object.keys(structure)
    .sort()
    .flatMap((name) => leavesOf(structure[name]));
}

/** Returns the structure with `f` applied to each reference. */
export function mapTensorRefs(structure: TensorRefStructure, f: (ref: TensorRef) => TensorRef): TensorRefStructure {
  if (isTensorRef(structure)) return f(structure);
  if (isListOf(structure)) return structure.map((item) => mapTensorRefs(item, f));
  return Object.fromEntries(Object.entries(structure).map(([name, item]) => [name, mapTensorRefs(item, f)]));
}

/** Reports whether a structure is one reference or a flat list of references. */
export function isFlat(structure: TensorRefStructure): structure is TensorRefs {
  return isTensorRef(structure) || (isListOf(structure) && structure.every(isTensorRef));
}

function isListOf(structure: TensorRefStructure): structure is readonly TensorRefStructure[] {
  return Array.isArray(structure);
}

/** Reports whether a list is one reference, which starts with a layer name, rather than a list of references. */
function isTensorRefList(value: readonly Json[]): boolean {
  return value.length === 3 && typeof value[0] === 'string' && !isList(value[1]);
}

function tensorRefOf([layer, call, output]: readonly ConfigPart[]): TensorRef {
  return [layer.text('the name of a layer'), indexOf(call), indexOf(output)];
}

function indexOf(part: ConfigPart): number {
  const expected = 'an integer from 0';
  const value = part.number(expected);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw part.wrong(expected);
}
