import { ManabiError } from '@manabi/errors';
import { checkHostArray, dtypes, formatShape, type HostArray, type Shape, sizeOf } from '@manabi/ir';
import { checkDepth } from './depth.ts';

import { type Batched, describeValue, isHostArray, isPlainObject, partPath } from './structure.ts';

/**
 * The arrays passed to `fromTensorSlices`, which have the same number of rows: element `i` of the dataset consists of
 * row `i` of each array.
 */
export interface Table<T> {
  readonly count: number;
  /** Returns the element at an index, whose arrays share the memory of the table's arrays. */
  row(index: number): T;
  /** Copies the rows at the first `count` of the given indices into new arrays. */
  gather(indices: Uint32Array, count: number): Batched<T>;
}

/**
 * Returns the index of the next row at each call, or -1 after the last one. (A generator would be ten times slower, and
 * slower than copying the rows.)
 */
export type RowOrder = () => number;

/** Rows of a table, and the order in which each iteration reads them. */
export interface Rows<T> {
  readonly table: Table<T>;
  order(): RowOrder;
  /** Skips the orders of `count` iterations, as described at `Stage.skipIterations`. */
  skipIterations(count: number): void;
}

/** One of the arrays of a table: a host array with the shape and size of its rows, or a list of strings. */
type Column = ArrayColumn | TextColumn;

interface ArrayColumn {
  /** Position of the array in the structure of an element: `.x`, `[0]`, or empty. */
  readonly path: string;
  readonly array: HostArray;
  readonly rowShape: Shape;
  readonly rowSize: number;
}

interface TextColumn {
  readonly path: string;
  readonly texts: readonly string[];
}

/** Returns an element with the structure of the slices, given one value for each column in order. */
type Rebuild = (values: readonly unknown[]) => unknown;

/**
 * Converts a value to a host array, to columns in an object, or to texts; undefined for values that are none of these.
 *
 * @param path position of the value in the structure of an element
 */
export type Convert = (
  value: unknown,
  path: string,
) => { readonly array: HostArray | object } | { readonly texts: readonly string[] } | undefined;

/**
 * Creates the table for arrays in nested objects, arrays and tuples.
 *
 * @param convert converts values other than host arrays
 * @throws ManabiError `argument` for a value other than host arrays; `shape` if an array is a scalar or the lengths of
 * the first axes differ; `data` if there are no arrays or no rows
 */
export function tableOf<T>(slices: unknown, op: string, convert: Convert = () => undefined): Table<T> {
  const columns: Column[] = [];
  const rebuild = collectColumns(slices, '', columns, op, convert, 0);
  const count = commonLength(columns, op);
  return {
    count,
    // `rebuild` keeps the structure of `slices`, which TypeScript cannot infer.
    row: (index) => rebuild(columns.map((column) => rowOf(column, index))) as T,
    gather: (indices, length) => rebuild(columns.map((column) => gatherColumn(column, indices, length))) as Batched<T>,
  };
}

/** Returns a sentence for error messages on how to convert a value to an array. */
function fixFor(value: unknown): string {
  const isTensor = typeof value === 'object' && value !== null && 'dtype' in value && 'data' in value;
  if (isTensor) return 'Read a tensor first: hostArray(x.dtype, x.shape, await x.data()).';
  return "Create a host array of all rows: hostArray('float32', [rows, columns], Float32Array.from(elements)).";
}

function collectColumns(
  value: unknown,
  path: string,
  columns: Column[],
  op: string,
  convert: Convert,
  depth: number,
): Rebuild {
  const collect = (part: unknown, at: string): Rebuild => collectColumns(part, at, columns, op, convert, depth + 1);
  checkDepth(op, depth);
  const add = (column: Column): Rebuild => {
    const index = columns.push(column) - 1;
    return (values) => values[index];
  };
  if (isHostArray(value)) {
    checkHostArray(op, value);
    const rowShape = value.shape.slice(1);
    return add({ path, array: value, rowShape, rowSize: sizeOf(rowShape) });
  }
  const converted = convert(value, path);
  if (converted !== undefined) {
    return 'texts' in converted ? add({ path, texts: converted.texts }) : collect(converted.array, path);
  }
  if (Array.isArray(value)) {
    const parts = Array.from(value, (part: unknown, index) => collect(part, partPath(path, index)));
    return (values) => parts.map((part) => part(values));
  }
  if (isPlainObject(value)) {
    const parts = Object.entries(value).map(([key, part]) => [key, collect(part, partPath(path, key))] as const);
    return (values) => Object.fromEntries(parts.map(([key, part]) => [key, part(values)]));
  }
  throw new ManabiError(
    'argument',
    `Slices must be host arrays, typed arrays, nested arrays of numbers, lists of strings or records, or objects and arrays of these; ${path === '' ? 'got' : `at ${path}, got`} ${describeValue(value)}. ` +
      fixFor(value),
    { op, data: { path, value: describeValue(value) } },
  );
}

function shapeOf(column: Column): Shape {
  return 'texts' in column ? [column.texts.length] : column.array.shape;
}

function commonLength(columns: readonly Column[], op: string): number {
  const shapes = Object.fromEntries(columns.map((column) => [column.path, shapeOf(column)]));
  const listed = columns.map((column) => `${column.path || 'the array'} ${formatShape(shapeOf(column))}`).join(', ');
  const fail = (code: 'data' | 'shape', problem: string): ManabiError =>
    new ManabiError(code, problem, { op, data: { shapes } });
  if (columns.length === 0) throw fail('data', 'The slices contain no arrays. Pass at least one array.');
  if (columns.some((column) => shapeOf(column).length === 0))
    throw fail('shape', `Slices must have at least one axis, whose elements are the rows; got a scalar: ${listed}.`);
  const [count] = shapeOf(columns[0]);
  if (columns.some((column) => shapeOf(column)[0] !== count))
    throw fail('shape', `Slices must have the same number of rows (length of axis 0); got ${listed}.`);
  if (count === 0) throw fail('data', `The dataset is empty: ${listed}. Check the file or the split.`);
  return count;
}

function rowOf(column: Column, index: number): HostArray | string {
  if ('texts' in column) return column.texts[index];
  const { array, rowShape, rowSize } = column;
  const data = array.data.subarray(index * rowSize, (index + 1) * rowSize);
  return { dtype: array.dtype, shape: rowShape, data };
}

function gatherColumn(column: Column, indices: Uint32Array, count: number): HostArray | string[] {
  if ('texts' in column) return Array.from(indices.subarray(0, count), (index) => column.texts[index]);
  const { array, rowShape, rowSize } = column;
  const data = dtypes[array.dtype].create(count * rowSize);
  if (isRun(indices, count)) {
    const from = indices[0] * rowSize;
    data.set(array.data.subarray(from, from + data.length));
  } else if (rowSize === 1) {
    for (let i = 0; i < count; i++) data[i] = array.data[indices[i]];
  } else {
    for (let i = 0; i < count; i++) {
      const from = indices[i] * rowSize;
      data.set(array.data.subarray(from, from + rowSize), i * rowSize);
    }
  }
  return { dtype: array.dtype, shape: [count, ...rowShape], data };
}

/** Returns whether the rows at the first `count` indices are consecutive and can therefore be copied as one block. */
function isRun(indices: Uint32Array, count: number): boolean {
  for (let i = 1; i < count; i++) if (indices[i] !== indices[0] + i) return false;
  return count > 0;
}
