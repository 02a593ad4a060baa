import { dtypes, type HostArray, hostArray } from '@manabi/ir';

/** A range of the rows of some arrays, which all have the same number of rows. */
export interface RowRange {
  readonly arrays: readonly HostArray[];
  readonly from: number;
  readonly rows: number;
}

/** Returns rows of an array without copying them. */
export function rowsOf({ dtype, shape, data }: HostArray, from: number, rows: number): HostArray {
  const [, ...row] = shape;
  const size = row.reduce((product, length) => product * length, 1);
  return hostArray(dtype, [rows, ...row], data.subarray(from * size, (from + rows) * size));
}

/**
 * Joins ranges of rows into one batch, and fills it up to `size` rows by repeating the last row, which is valid input for
 * every model.
 */
export function joinRows(ranges: readonly RowRange[], size: number): readonly HostArray[] {
  const [first] = ranges;
  if (ranges.length === 1 && first.rows === size) {
    return first.arrays.map((array) => (array.shape[0] === size ? array : rowsOf(array, first.from, size)));
  }
  return first.arrays.map(({ dtype, shape }, i) => {
    const [, ...row] = shape;
    const width = row.reduce((product, length) => product * length, 1);
    const data = dtypes[dtype].create(size * width);
    let at = 0;
    for (const { arrays, from, rows } of ranges) {
      data.set(arrays[i].data.subarray(from * width, (from + rows) * width), at);
      at += rows * width;
    }
    const last = data.slice(at - width, at);
    for (; at < data.length; at += width) data.set(last, at);
    return hostArray(dtype, [size, ...row], data);
  });
}

/** Joins the outputs of the consecutive parts of a request. */
export function joinParts(parts: readonly (readonly HostArray[])[]): readonly HostArray[] {
  if (parts.length === 1) return parts[0];
  const ranges = parts.map((arrays) => ({ arrays, from: 0, rows: arrays[0].shape[0] }));
  return joinRows(
    ranges,
    ranges.reduce((sum, { rows }) => sum + rows, 0),
  );
}

/** Returns a key that is equal for arrays that can be in the same batch: those with equal dtypes and shapes of rows. */
export function rowKey(arrays: readonly HostArray[]): string {
  return arrays.map(({ dtype, shape }) => `${dtype}[${shape.slice(1).join()}]`).join();
}
