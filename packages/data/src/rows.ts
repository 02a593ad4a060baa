import { ManabiError } from '@manabi/errors';
import { checkHostArray, dtypes, formatShape, type HostArray, type Shape, sizeOf } from '@manabi/ir';
import { checkDepth } from './depth.ts';
import { type Batched, describeValue, isHostArray, isPlainObject, partPath } from './structure.ts';

/** Arrays of the same first length, read by row: element `i` of a data set is row `i` of each. */
export interface Table<T> {
  readonly count: number;
  /** A row as an element; its arrays share the table's memory. */
  row(index: number): T;
  /** The rows at the first `count` of `indices`, copied into fresh arrays. */
  gather(indices: Uint32Array, count: number): Batched<T>;
}

/**
 * The number of the next row, or -1 after the last one, at each call. (A generator of numbers costs ten times as much,
 * more than to copy the rows.)
 */
export type RowOrder = () => number;

/** Rows of a table, in an order that is decided anew for each iteration. */
export interface Rows<T> {
  readonly table: Table<T>;
  order(): RowOrder;
  /** As of a stage. */
  skipIterations(count: number): void;
}

/** One array of a table. */
interface Column {
  /** Where it stands in the structure: `.x`, `[0]`, or nothing. */
  readonly path: string;
  readonly array: HostArray;
  readonly rowShape: Shape;
  readonly rowSize: number;
}

/** Makes a structure of the same form as another one out of a value for each column, in order. */
type Rebuild = (values: readonly HostArray[]) => unknown;

/**
 * The table of a structure of host arrays.
 *
 * @throws ManabiError `argument` if something else than host arrays is in it; `shape` if an array has no axis or the first
 * lengths differ; `data` if there are no arrays or no rows
 */
export function tableOf<T>(slices: T, op: string): Table<T> {
  const columns: Column[] = [];
  const rebuild = collectColumns(slices, '', columns, op, 0);
  const count = commonLength(columns, op);
  return {
    count,
    // The form of `slices` is kept, and a row of a host array is a host array: TypeScript cannot follow that.
    row: (index) => rebuild(columns.map((column) => rowOf(column, index))) as T,
    gather: (indices, length) => rebuild(columns.map((column) => gatherColumn(column, indices, length))) as Batched<T>,
  };
}

function collectColumns(value: unknown, path: string, columns: Column[], op: string, depth: number): Rebuild {
  checkDepth(op, depth);
  if (isHostArray(value)) {
    checkHostArray(op, value);
    const place = columns.length;
    const rowShape = value.shape.slice(1);
    columns.push({ path, array: value, rowShape, rowSize: sizeOf(rowShape) });
    return (values) => values[place];
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
    `Slices are host arrays, alone or in objects and arrays, but ${path || 'the argument'} is ${describeValue(value)}. ` +
      "Make a host array of all rows: hostArray('float32', [rows, columns], Float32Array.from(elements)).",
    { op, data: { path, value: describeValue(value) } },
  );
}

function commonLength(columns: readonly Column[], op: string): number {
  const shapes = Object.fromEntries(columns.map(({ path, array }) => [path, array.shape]));
  const listed = columns.map(({ path, array }) => `${path || 'the array'} ${formatShape(array.shape)}`).join(', ');
  if (columns.length === 0) {
    throw new ManabiError('data', 'There is no array to take rows of.', { op, data: { shapes } });
  }
  if (columns.some(({ array }) => array.shape.length === 0)) {
    throw new ManabiError('shape', `Rows are taken along the first axis, but a scalar has none: ${listed}.`, {
      op,
      data: { shapes },
    });
  }
  const [count] = columns[0].array.shape;
  if (columns.some(({ array }) => array.shape[0] !== count)) {
    throw new ManabiError('shape', `The arrays must have equally many rows (first lengths), but here are ${listed}.`, {
      op,
      data: { shapes },
    });
  }
  if (count === 0) {
    throw new ManabiError('data', `The data set is empty: ${listed}. Was the right file or split taken?`, {
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

/** True if the rows follow each other, so that one copy takes them all. */
function isRun(indices: Uint32Array, count: number): boolean {
  for (let i = 1; i < count; i++) if (indices[i] !== indices[0] + i) return false;
  return count > 0;
}
