import { type HostArray, hostArray } from '@manabi/core';
import { dtypes } from '@manabi/ir';

/** Arrays from which Keras computes a weight: pairs of integers of 4 bits, and scales. */
export interface PackedWeight {
  /** Bytes of shape [rows, ceil(columns / 2)]; the low half of a byte is the first number. */
  readonly packed: HostArray;
  /** Scales by which numbers are divided; with `zeros`, those of groups, by which they are multiplied. */
  readonly scales: HostArray;
  /** Numbers of groups that stand for 0; null if there are no groups. */
  readonly zeros: HostArray | null;
  /** The group of each row; for an embedding, of each column. */
  readonly groups: HostArray | null;
}

/**
 * Returns a weight in floats.
 *
 * @param shape shape of the weight, which is stored as a matrix
 * @param isByRow whether scales belong to rows, as for embeddings, and not to columns
 */
export function unpackedInt4(
  { packed, scales, zeros, groups }: PackedWeight,
  shape: readonly number[],
  isByRow: boolean,
): HostArray {
  const [rows, bytes] = packed.shape;
  const size = shape.reduce((product, length) => product * length, 1);
  const columns = size / rows;
  const width = scales.shape[scales.shape.length - 1];
  const data = dtypes.float32.create(size);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const byte = packed.data[row * bytes + (column >> 1)];
      // Shifts extend the sign of the four bits.
      const value = (column % 2 === 0 ? byte << 28 : byte << 24) >> 28;
      const at = row * columns + column;
      if (zeros === null || groups === null) {
        data[at] = value / scales.data[isByRow ? row : column];
      } else {
        const group = groups.data[isByRow ? column : row];
        const place = isByRow ? row * width + group : group * width + column;
        data[at] = (value - zeros.data[place]) * scales.data[place];
      }
    }
  }
  return hostArray('float32', shape, data);
}
