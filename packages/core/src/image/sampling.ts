import { type KindsOf, number, oneOf, optional } from '@manabi/errors';
import { isFloat } from '@manabi/ir';
import { add, clip, minimum, mod, mul, sub } from '../functions/arithmetic.ts';
import { astype } from '../functions/cast.ts';
import { greaterEqual, less, where } from '../functions/comparison.ts';
import { zerosLike } from '../functions/creation.ts';
import { logicalAnd } from '../functions/logic.ts';
import { fixed } from '../functions/operand.ts';
import { floor, round } from '../functions/rounding.ts';
import { expandDims } from '../functions/shape.ts';
import { take } from '../functions/take.ts';
import type { Tensor } from '../tensor.ts';

/**
 * Values beyond the edges of an image: a fixed value (`constant`), the nearest pixel (`nearest`), the image repeated
 * (`wrap`), mirrored with its edge pixels repeated (`reflect`: `dcba|abcd|dcba`), or mirrored at the centers of its
 * edge pixels (`mirror`: `dcb|abcd|cba`).
 */
export type FillMode = 'constant' | 'nearest' | 'wrap' | 'reflect' | 'mirror';

/** Options of functions that read images at computed positions. */
export interface SamplingOptions {
  /** Interpolation between pixels. Default: `bilinear`. */
  readonly interpolation?: 'nearest' | 'bilinear';
  /** Values beyond the edges of an image. Default: `constant`. */
  readonly fillMode?: FillMode;
  /** Value beyond the edges for `fillMode: 'constant'`. Default: 0. */
  readonly fillValue?: number;
}

/** Validators of the options of functions that read images at computed positions. */
export const samplingKinds = {
  interpolation: optional(oneOf('nearest', 'bilinear'), 'bilinear'),
  fillMode: optional(oneOf('constant', 'nearest', 'wrap', 'reflect', 'mirror'), 'constant'),
  fillValue: optional(number(), 0),
} satisfies KindsOf<SamplingOptions>;

/** Float32 positions along one axis of an image, and the length of the axis. */
export interface Coordinate {
  readonly position: Tensor;
  readonly length: number;
}

/** An element that contributes to an interpolated value: its index on one axis, its weight, and whether it exists. */
interface Neighbour {
  readonly index: Tensor;
  /** null for a weight of 1. */
  readonly weight: Tensor | null;
  /** null if the element always exists. */
  readonly exists: Tensor | null;
}

/**
 * Reads elements at positions between them. The result has the shape of the positions, followed by all axes of `rows`
 * but the first.
 *
 * @param rows elements in row-major order of the axes of `coordinates`; the axes after the first one, such as channels,
 * share the positions
 * @param offset index of the first element, such as that of each image in a batch; null for 0
 */
export function sample(
  rows: Tensor,
  offset: Tensor | null,
  coordinates: readonly Coordinate[],
  options: Required<SamplingOptions>,
): Tensor {
  const spread = (x: Tensor): Tensor =>
    rows.rank === 1
      ? x
      : expandDims(
          x,
          Array.from({ length: rows.rank - 1 }, (_, i) => x.rank + i),
        );
  const valueAt = (corner: readonly Neighbour[]): Tensor => {
    const index = corner.reduce<Tensor | null>(
      (outer, { index }, axis) =>
        outer === null ? index : add(mul(outer, fixed(coordinates[axis].length, index)), index),
      null,
    );
    if (index === null) return rows;
    const value = take(rows, offset === null ? index : add(index, offset), 0);
    const exists = product(
      corner.map((one) => one.exists),
      logicalAnd,
    );
    const filled = exists === null ? value : where(spread(exists), value, astype(options.fillValue, rows.dtype));
    const weight = product(
      corner.map((one) => one.weight),
      mul,
    );
    if (weight === null) return filled;
    const dtype = rows.dtype === 'float64' ? 'float64' : 'float32';
    return mul(astype(filled, dtype), spread(astype(weight, dtype)));
  };
  const corners = coordinates.reduce<readonly (readonly Neighbour[])[]>(
    (found, coordinate) => neighboursOf(coordinate, options).flatMap((one) => found.map((rest) => [...rest, one])),
    [[]],
  );
  const result = corners.map(valueAt).reduce((total, value) => add(total, value));
  if (result.dtype === rows.dtype) return result;
  return astype(isFloat(rows.dtype) ? result : round(result), rows.dtype);
}

function product(factors: readonly (Tensor | null)[], join: (x: Tensor, y: Tensor) => Tensor): Tensor | null {
  return factors.reduce((all, one) => (all === null ? one : one === null ? all : join(all, one)), null);
}

function neighboursOf(coordinate: Coordinate, options: Required<SamplingOptions>): readonly Neighbour[] {
  const { length } = coordinate;
  const { interpolation, fillMode } = options;
  // Infinite positions would have weights that are not numbers. Beyond -1 and `length`, every neighbour is outside.
  const position = fillMode === 'constant' ? clip(coordinate.position, -1, length) : coordinate.position;
  const neighbour = (index: Tensor, weight: Tensor | null): Neighbour => ({
    index: astype(clip(indexWithin(index, length, fillMode), 0, Math.max(0, length - 1)), 'int32'),
    weight,
    exists: fillMode === 'constant' ? logicalAnd(greaterEqual(index, 0), less(index, length)) : null,
  });
  if (interpolation === 'nearest') return [neighbour(round(position), null)];
  const lower = floor(position);
  const weight = sub(position, lower);
  return [neighbour(lower, sub(1, weight)), neighbour(add(lower, 1), weight)];
}

/** Converts an index beyond the edges to the index of the element that `fillMode` shows there. */
function indexWithin(index: Tensor, length: number, fillMode: FillMode): Tensor {
  if (fillMode === 'wrap') return mod(index, length);
  if (fillMode === 'reflect') {
    const inPeriod = mod(index, 2 * length);
    return minimum(inPeriod, sub(2 * length - 1, inPeriod));
  }
  if (fillMode === 'mirror') {
    if (length === 1) return zerosLike(index);
    const inPeriod = mod(index, 2 * length - 2);
    return minimum(inPeriod, sub(2 * length - 2, inPeriod));
  }
  return index;
}
