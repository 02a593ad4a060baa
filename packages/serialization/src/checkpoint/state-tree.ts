import { isTensor, type Tensor } from '@manabi/core';
import { FileError } from '@manabi/files';
import type { StateValue } from '@manabi/layers';
import { isList as isJsonList, type Json } from '../keras/json.ts';

/** Largest accepted nesting depth of the training state in a checkpoint; real states are much less deep. */
const MAX_DEPTH = 64;
/** Key of a JSON object that represents a tensor. */
const TENSOR = '$tensor';
/** Key of a JSON object that represents a number that JSON lacks: NaN, an infinity or -0. */
const NUMBER = '$number';

/** Reports whether JSON cannot represent a number: NaN, an infinity, or -0, which `JSON.stringify` writes as 0. */
function isOutsideJson(value: number): boolean {
  return !Number.isFinite(value) || Object.is(value, -0);
}

/**
 * Encodes nested objects as JSON. Each tensor is replaced by its path in the objects, such as `trainer/optimizer/step`,
 * and added to `tensors` under this path.
 *
 * @param tensors receives the tensors by path
 */
export function encodeTree(value: StateValue, tensors: Map<string, Tensor>, path = ''): Json {
  if (isTensor(value)) {
    tensors.set(path, value);
    return { [TENSOR]: path };
  }
  if (typeof value === 'number') return isOutsideJson(value) ? { [NUMBER]: numberName(value) } : value;
  if (isList(value)) return value.map((entry, i) => encodeTree(entry, tensors, joined(path, String(i))));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => {
    const inner = encodeTree(entry, tensors, joined(path, key));
    return [key.startsWith('$') ? `$${key}` : key, inner] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Decodes nested objects that `encodeTree` encoded.
 *
 * @param tensorAt returns the tensor at a path; null if the file lacks it
 * @param depth nesting level of `value`
 * @throws FileError `corrupt` for a missing tensor, or too deep nesting
 */
export function decodeTree(
  source: string,
  value: Json,
  tensorAt: (path: string) => Tensor | null,
  depth = 0,
): StateValue {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) {
    throw new FileError(
      'corrupt',
      `Cannot read ${source} as a checkpoint: its state is nested more than ${MAX_DEPTH} levels deep. Save it again with saveCheckpoint().`,
      {
        data: { source, depth },
      },
    );
  }
  if (isJsonList(value)) return value.map((entry) => decodeTree(source, entry, tensorAt, depth + 1));
  const keys = Object.keys(value);
  const [first] = keys;
  if (keys.length === 1 && first === TENSOR) {
    const path = value[TENSOR];
    const tensor = typeof path === 'string' ? tensorAt(path) : null;
    if (tensor !== null) return tensor;
    throw new FileError(
      'corrupt',
      `Cannot read ${source} as a checkpoint: it lacks the tensor '${String(path)}'. Save it again with saveCheckpoint().`,
      {
        data: { source, tensor: path },
      },
    );
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

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}/${key}`;
}

function isList(value: StateValue): value is readonly StateValue[] {
  return Array.isArray(value);
}
