import { type ElementArray, type HostArray, hostArray, ManabiError, type Shape } from '@manabi/core';
import { wrongArgument } from '@manabi/errors';
import { describeGiven, formatGiven } from '@manabi/errors/internal';

/** Maximum rank of a tensor. */
const DEEPEST = 32;

/**
 * Converts nested arrays, whose innermost level may be typed arrays, to a host array: bool if all elements are
 * booleans, else float32.
 *
 * @param name name of the data in messages: `x`, `y`, `sampleWeight`
 * @throws ManabiError `shape` for rows of different lengths, with the position of the first such row; `argument` for
 * values that are not numbers
 */
export function nestedToHost(op: string, name: string, rows: readonly unknown[]): HostArray {
  const shape = shapeOf(op, name, rows);
  const data = new Float32Array(shape.reduce((size, length) => size * length, 1));
  const position: number[] = [];
  let next = 0;
  let booleans = 0;
  const visit = (value: unknown, axis: number): void => {
    if (axis === shape.length) {
      if (typeof value === 'boolean') booleans++;
      else if (typeof value !== 'number') throw notANumber(op, pathOf(name, position), value);
      data[next++] = Number(value);
      return;
    }
    if (!isRow(value) || value.length !== shape[axis]) throw ragged(op, name, position, value, shape[axis]);
    for (let i = 0; i < value.length; i++) {
      position[axis] = i;
      visit(value[i], axis + 1);
    }
    position.length = axis;
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

/** Returns the shape of nested arrays according to the first row at each level. */
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

function pathOf(name: string, position: readonly number[]): string {
  return `${name}${position.map((i) => `[${i}]`).join('')}`;
}

function notANumber(op: string, path: string, value: unknown): ManabiError {
  const fix =
    typeof value === 'string'
      ? 'Encode text as numbers first, or start the model with layers.textVectorization().'
      : '';
  return wrongArgument({ op, name: path }, 'a number', value, fix);
}

function ragged(op: string, name: string, position: readonly number[], value: unknown, length: number): ManabiError {
  const path = pathOf(name, position);
  const first = pathOf(
    name,
    position.map(() => 0),
  );
  const found = isRow(value) ? `has length ${value.length}` : `is ${formatGiven(value)}`;
  return new ManabiError(
    'shape',
    `\`${path}\` ${found}, but \`${first}\` has length ${length}. All rows must have the same length: pad shorter ones.`,
    { op, data: { name: path, expected: length, given: isRow(value) ? value.length : describeGiven(value) } },
  );
}
