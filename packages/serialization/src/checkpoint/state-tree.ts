import { isTensor, type Tensor } from '@manabi/core';
import { FileError } from '@manabi/files';
import type { StateValue } from '@manabi/layers';
import { isList as isJsonList, type Json } from '../keras/json.ts';

/** Deeper trees are nobody's. */
const MAX_DEPTH = 64;
/** Keys that say that a record stands for something that JSON has not. */
const TENSOR = '$tensor';
const NUMBER = '$number';

/** Numbers that JSON has not; -0 would come back as 0. */
function isOutsideJson(value: number): boolean {
  return !Number.isFinite(value) || Object.is(value, -0);
}

/**
 * A tree as JSON, with its tensors put aside under their places in it, `trainer/optimizer/step`.
 *
 * @param tensors gets them
 */
export function encodeTree(value: StateValue, tensors: Map<string, Tensor>, place = ''): Json {
  if (isTensor(value)) {
    tensors.set(place, value);
    return { [TENSOR]: place };
  }
  if (typeof value === 'number') return isOutsideJson(value) ? { [NUMBER]: numberName(value) } : value;
  if (isList(value)) return value.map((entry, i) => encodeTree(entry, tensors, joined(place, String(i))));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => {
    const inner = encodeTree(entry, tensors, joined(place, key));
    return [key.startsWith('$') ? `$${key}` : key, inner] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * The tree that `encodeTree` wrote.
 *
 * @param tensorAt a tensor by its place; null if there is none
 * @param depth of what it is part of
 * @throws FileError `corrupt` if a tensor is missing, or it is nested too deeply
 */
export function decodeTree(
  source: string,
  value: Json,
  tensorAt: (place: string) => Tensor | null,
  depth = 0,
): StateValue {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) {
    throw new FileError('corrupt', `${source} is no checkpoint, or is damaged: its state is nested too deeply.`, {
      data: { source, depth },
    });
  }
  if (isJsonList(value)) return value.map((entry) => decodeTree(source, entry, tensorAt, depth + 1));
  const keys = Object.keys(value);
  const [first] = keys;
  if (keys.length === 1 && first === TENSOR) {
    const place = value[TENSOR];
    const tensor = typeof place === 'string' ? tensorAt(place) : null;
    if (tensor !== null) return tensor;
    throw new FileError('corrupt', `The checkpoint ${source} names a tensor that is not in it: ${String(place)}.`, {
      data: { source, tensor: place },
    });
  }
  if (keys.length === 1 && first === NUMBER) return value[NUMBER] === '-0' ? -0 : Number(value[NUMBER]);
  const entries = Object.entries(value).map(([key, entry]) => {
    return [key.startsWith('$$') ? key.slice(1) : key, decodeTree(source, entry, tensorAt, depth + 1)] as const;
  });
  return Object.fromEntries(entries);
}

function numberName(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function joined(place: string, key: string): string {
  return place === '' ? key : `${place}/${key}`;
}

function isList(value: StateValue): value is readonly StateValue[] {
  return Array.isArray(value);
}
