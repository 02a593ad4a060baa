import { type DType, dtypes, type ElementArray, type HostArray, ManabiError, sizeOf } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import { LazyValue } from '../lazy/value.ts';
import type { Leaf } from './pattern.ts';

/**
 * Content of the rows that padding adds: copies of the last row, which introduce no new values, or zeros, for masks.
 */
export type Filling = 'last row' | 'zeros';

/** Returns a copy of a tensor or host array to which rows are added at the end, up to the given number of rows. */
export function padRows(leaf: Leaf, rows: number, filling: Filling): Leaf {
  if (!(leaf instanceof LazyValue)) return padHost(leaf, rows, filling);
  return leaf.origin.kind === 'host' ? padHost(leaf.origin.data, rows, filling) : padValue(leaf, rows, filling);
}

function padHost({ dtype, shape, data }: HostArray, rows: number, filling: Filling): HostArray {
  const size = sizeOf(shape.slice(1));
  const padded = allocate(dtype, rows, size);
  padded.set(data);
  for (let row = filling === 'zeros' ? rows : shape[0]; row < rows; row++)
    padded.copyWithin(row * size, (shape[0] - 1) * size, shape[0] * size);
  return { dtype, shape: [rows, ...shape.slice(1)], data: padded };
}

function allocate(dtype: DType, rows: number, size: number): ElementArray {
  try {
    return dtypes[dtype].create(rows * size);
  } catch (cause) {
    throw new ManabiError(
      'memory',
      `Not enough memory for a batch padded to ${rows} rows of ${size} elements. Use a smaller \`batchSize\`.`,
      {
        op: 'dispatch',
        data: { rows, size },
        cause,
      },
    );
  }
}

function padValue(value: LazyValue, rows: number, filling: Filling): LazyValue {
  const { dtype, shape } = value.type;
  const [given, ...row] = shape;
  if (filling === 'zeros') {
    const zeros = emitOne('constant', [], { dtype, shape: [rows - given, ...row], value: 0 });
    return emitOne('concat', [value, zeros], { axis: 0 });
  }
  const last = emitOne('slice', [value], {
    start: shape.map((_, axis) => (axis === 0 ? given - 1 : 0)),
    limit: shape,
    step: shape.map(() => 1),
  });
  const more = emitOne('expand', [last], { shape: [rows - given, ...row], axes: shape.map((_, axis) => axis) });
  return emitOne('concat', [value, more], { axis: 0 });
}
