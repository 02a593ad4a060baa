import { type ElementArray, type HostArray, hostArray, ManabiError, type Shape } from '@manabi/core';
import { wrongArgument } from '@manabi/errors';
import { describeGiven, formatGiven } from '@manabi/errors/internal';

/** No tensor has more axes. */
const DEEPEST = 32;

/**
 * Nested arrays, of which the innermost may be typed, as a host array: bool if all elements are, else float32.
 *
 * @param name what the elements are called in messages: `x`, `y`, `sampleWeight`
 * @throws ManabiError `shape` for rows of different lengths, with their position; `argument` for what is not a number
 */
export function nestedToHost(op: string, name: string, rows: readonly unknown[]): HostArray {
  const shape = shapeOf(op, name, rows);
  const data = new Float32Array(shape.reduce((size, length) => size * length, 1));
  const place: number[] = [];
  let next = 0;
  let booleans = 0;
  const visit = (value: unknown, axis: number): void => {
    if (axis === shape.length) {
      if (typeof value === 'boolean') booleans++;
      else if (typeof value !== 'number') throw notANumber(op, pathOf(name, place), value);
      data[next++] = Number(value);
      return;
    }
    if (!isRow(value) || value.length !== shape[axis]) throw ragged(op, name, place, value, shape[axis]);
    for (let i = 0; i < value.length; i++) {
      place[axis] = i;
      visit(value[i], axis + 1);
    }
    place.length = axis;
  };
  visit(rows, 0);
  return booleans > 0 && booleans === data.length
    ? hostArray('bool', shape, Uint8Array.from(data))
    : hostArray('float32', shape, data);
}

type Row = readonly unknown[] | ElementArray;

function isRow(value: unknown): value is Row {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView) && !isOfBigInts(value));
}

function isOfBigInts(value: ArrayBufferView): boolean {
  return value instanceof BigInt64Array || value instanceof BigUint64Array;
}

/** The lengths of the first rows. */
function shapeOf(op: string, name: string, rows: readonly unknown[]): Shape {
  const shape: number[] = [];
  let row: unknown = rows;
  while (isRow(row)) {
    if (shape.length === DEEPEST) {
      throw wrongArgument({ op, name }, `nested no deeper than ${DEEPEST} arrays`, rows);
    }
    shape.push(row.length);
    row = row[0];
  }
  return shape;
}

function pathOf(name: string, place: readonly number[]): string {
  return `${name}${place.map((i) => `[${i}]`).join('')}`;
}

function notANumber(op: string, path: string, value: unknown): ManabiError {
  const fix = typeof value === 'string' ? 'Encode texts as numbers first.' : '';
  return wrongArgument({ op, name: path }, 'a number', value, fix);
}

function ragged(op: string, name: string, place: readonly number[], value: unknown, length: number): ManabiError {
  const path = pathOf(name, place);
  const first = pathOf(
    name,
    place.map(() => 0),
  );
  const found = isRow(value) ? `has length ${value.length}` : `is ${formatGiven(value)}`;
  return new ManabiError(
    'shape',
    `\`${path}\` ${found}, but \`${first}\` has length ${length}. Rows must have one length: pad the shorter ones.`,
    { op, data: { name: path, expected: length, given: isRow(value) ? value.length : describeGiven(value) } },
  );
}
