import { ManabiError } from '@manabi/errors';
import { checkHostArray, type HostArray, hostArray } from '@manabi/ir';
import { checkDepth } from './depth.ts';
import { columnsOf, isListOfRecords } from './records.ts';
import type { Convert } from './rows.ts';
import { asHostArray } from './stack.ts';
import { describeValue, isHostArray } from './structure.ts';

/** Numbers or booleans in nested arrays of equal lengths. */
export type NestedNumbers = readonly (number | boolean | NestedNumbers)[];

/**
 * Converts nested arrays of numbers to float32, and of booleans to bool; undefined for an array whose first innermost value is
 * something else.
 *
 * @param path position of the array for messages, such as `.x`
 * @throws ManabiError `argument` if the lengths of nested arrays differ, or numbers are mixed with other values
 */
function arrayOfNumbers(op: string, value: readonly unknown[], path: string): HostArray | undefined {
  const shape: number[] = [];
  let first: unknown = value;
  while (Array.isArray(first)) {
    checkDepth(op, shape.length);
    shape.push(first.length);
    first = first[0];
  }
  if (typeof first !== 'number' && typeof first !== 'boolean') return undefined;
  const type = typeof first;
  const data = new Float64Array(shape.reduce((size, length) => size * length, 1));
  let filled = 0;
  const fill = (part: unknown, axis: number, at: string): void => {
    const isFitting =
      axis < shape.length ? Array.isArray(part) && part.length === shape[axis] : typeof part === typeof first;
    if (!isFitting) {
      const expected = axis < shape.length ? `an array of length ${shape[axis]}` : `a ${type}`;
      const got = Array.isArray(part) ? `an array of length ${part.length}` : describeValue(part);
      throw new ManabiError(
        'argument',
        `Nested arrays must have equal lengths and the same type of values; expected ${expected} at ${at || 'the top'}, got ${got}.`,
        { op, data: { path: at } },
      );
    }
    if (Array.isArray(part)) for (const [i, item] of part.entries()) fill(item, axis + 1, `${at}[${i}]`);
    else data[filled++] = Number(part);
  };
  fill(value, 0, path);
  return type === 'number'
    ? hostArray('float32', shape, Float32Array.from(data))
    : hostArray('bool', shape, Uint8Array.from(data));
}

/**
 * Converts a host array, a typed array or nested arrays of numbers to a host array.
 *
 * @throws ManabiError `argument` for other values; `shape` for a scalar
 */
export function arrayOf(op: string, name: string, value: unknown): HostArray {
  const array = Array.isArray(value) ? arrayOfNumbers(op, value, `\`${name}\``) : asHostArray(value);
  if (array === undefined) {
    throw new ManabiError(
      'argument',
      `\`${name}\` must be a host array, a typed array or nested arrays of numbers; got ${describeValue(value)}.`,
      { op, data: { name, value: describeValue(value) } },
    );
  }
  if (isHostArray(value)) checkHostArray(op, value);
  if (array.shape.length > 0) return array;
  throw new ManabiError('shape', `\`${name}\` must have at least one axis; got a scalar.`, { op, data: { name } });
}

/** Returns a function that converts values other than host arrays to columns of a table. */
export function columnsFor(op: string): Convert {
  return (value, path) => {
    if (ArrayBuffer.isView(value)) {
      const array = asHostArray(value);
      return array === undefined ? undefined : { array };
    }
    if (!Array.isArray(value) || value.length === 0) return undefined;
    if (value.every((item) => typeof item === 'string')) return { texts: value };
    const array = arrayOfNumbers(op, value, path);
    if (array !== undefined) return { array };
    return isListOfRecords(value) ? { array: columnsOf(op, value) } : undefined;
  };
}
