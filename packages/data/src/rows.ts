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

/** One of the arrays of a table, with the shape and the number of elements of its rows. */
interface Column {
  /** Position of the array in the structure of an element: `.x`, `[0]`, or empty. */
  readonly path: string;
  readonly array: HostArray;
  readonly rowShape: Shape;
  readonly rowSize: number;
}

/** Returns an element with the structure of the slices, given one array for each column in order. */
type Rebuild = (values: readonly HostArray[]) => unknown;

/**
 * Creates the table for host arrays in nested objects, arrays and tuples.
 *
 * @throws ManabiError `argument` for a value other than host arrays; `shape` if an array is a scalar or the lengths of
 * the first axes differ; `data` if there are no arrays or no rows
 */
export function tableOf<T>(slices: T, op: string): Table<T> {
  const columns: Column[] = [];
  const rebuild = collectColumns(slices, '', columns, op, 0);
  const count = commonLength(columns, op);
  return {
    count,
    // `rebuild` keeps the structure of `slices`, and rows of host arrays are host arrays; TypeScript cannot infer it.
    row: (index) => rebuild(columns.map((column) => rowOf(column, index))) as T,
    gather: (indices, length) => rebuild(columns.map((column) => gatherColumn(column, indices, length))) as Batched<T>,
  };
}

/** Returns a sentence for error messages on how to convert a value to a host array. */
function fixFor(value: unknown): string {
  if (ArrayBuffer.isView(value) && 'length' in value) return `Wrap it: hostArray('float32', [${value.length}], x).`;
  const isTensor = typeof value === 'object' && value !== null && 'dtype' in value && 'data' in value;
  if (isTensor) return 'Read a tensor first: hostArray(x.dtype, x.shape, await x.data()).';
  return "Create a host array of all rows: hostArray('float32', [rows, columns], Float32Array.from(elements)).";
}

function collectColumns(value: unknown, path: string, columns: Column[], op: string, depth: number): Rebuild {
  checkDepth(op, depth);
  if (isHostArray(value)) {
    checkHostArray(op, value);
    const column = columns.length;
    const rowShape = value.shape.slice(1);
    columns.push({ path, array: value, rowShape, rowSize: sizeOf(rowShape) });
    return (values) => values[column];
  }
  if (Array.isArray(value)) {
    const parts = Array.from(value, (part: unknown, index) =>
      collectColumns(part, partPath(path, index), columns, op, depth + 1),
    );
    return (values) => parts.map((part) => part(values));
  }
  if (isPlainObject(value)) {
    const parts = Object.entries(value).map(
      ([key, part]) => [key, collectColumns(part, partPath(path, key), columns, op, depth + 1)] as const,
    );
    return (values) => Object.fromEntries(parts.map(([key, part]) => [key, part(values)]));
  }
  throw new ManabiError(
    'argument',
    `Slices must be host arrays, or objects and arrays of them; ${path === '' ? 'got' : `at ${path}, got`} ${describeValue(value)}. ` +
      fixFor(value),
    { op, data: { path, value: describeValue(value) } },
  );
}

function commonLength(columns: readonly Column[], op: string): number {
  const shapes = Object.fromEntries(columns.map(({ path, array }) => [path, array.shape]));
  const listed = columns.map(({ path, array }) => `${path || 'the array'} ${formatShape(array.shape)}`).join(', ');
  if (columns.length === 0) {
    throw new ManabiError('data', 'The slices contain no arrays. Pass at least one host array.', {
      op,
      data: { shapes },
    });
  }
  if (columns.some(({ array }) => array.shape.length === 0)) {
    throw new ManabiError(
      'shape',
      `Slices must have at least one axis, whose elements are the rows; got a scalar: ${listed}.`,
      {
        op,
        data: { shapes },
      },
    );
  }
  const [count] = columns[0].array.shape;
  if (columns.some(({ array }) => array.shape[0] !== count)) {
    throw new ManabiError('shape', `Slices must have the same number of rows (length of axis 0); got ${listed}.`, {
      op,
      data: { shapes },
    });
  }
  if (count === 0) {
    throw new ManabiError('data', `The dataset is empty: ${listed}. Check the file or the split.`, {
      op,
      data: { shapes },
    });
  }
  return count;
}

function rowOf({ array, rowShape, rowSize }: Column, index: number): HostArray {
  const data = array.data.subarray(index * rowSize, (index + 1) * rowSize);
  return { dtype: array.dtype, shape: rowShape, data };
}

function gatherColumn({ array, rowShape, rowSize }: Column, indices: Uint32Array, count: number): HostArray {
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
