import { type KindsOf, number, oneOf, optional } from '@manabi/errors';
import { formatShape, ManabiError } from '@manabi/ir';
import { optionsOf } from '../functions/argument-kinds.ts';
import { add, div, mul, sub } from '../functions/arithmetic.ts';
import { matmul } from '../functions/contraction.ts';
import { index } from '../functions/index-by.ts';
import { stack } from '../functions/join.ts';
import { asTensor, type TensorLike } from '../functions/operand.ts';
import { reshape } from '../functions/shape.ts';
import type { Tensor } from '../tensor.ts';
import { affineTransform, numbersOf, type Transforms } from './affine-transform.ts';
import { checkRank, type ImageOptions, imageKinds } from './image-options.ts';

/** Options of `perspectiveTransform`. */
export interface PerspectiveTransformOptions extends ImageOptions {
  /** Interpolation between pixels. Default: `bilinear`. */
  readonly interpolation?: 'nearest' | 'bilinear';
  /** Value beyond the edges of an image. Default: 0. */
  readonly fillValue?: number;
}

const kinds = {
  ...imageKinds,
  interpolation: optional(oneOf('nearest', 'bilinear'), 'bilinear'),
  fillValue: optional(number(), 0),
} satisfies KindsOf<PerspectiveTransformOptions>;

/**
 * Transforms images by the perspective that moves four points to four others (Keras `perspective_transform`).
 *
 * @param startPoints four points [4, 2], `[column, row]` each, or [batch, 4, 2]
 * @param endPoints positions of the points in the result, of the same shape
 * @throws ManabiError `shape` unless the images have 3 or 4 axes and both arrays of points match them; `argument` for
 * invalid options
 * @example
 * ```ts
 * import { image, ravel, reshape, tensor } from 'manabi';
 *
 * const row = reshape(tensor([1, 2, 3]), [1, 3, 1]);
 * const [start, end] = [[[0, 0], [1, 0], [0, 1], [1, 1]], [[1, 0], [2, 0], [1, 1], [2, 1]]];
 * console.log(await ravel(image.perspectiveTransform(row, start, end)).array()); // [0, 1, 2]
 * ```
 */
export function perspectiveTransform(
  images: TensorLike,
  startPoints: Transforms,
  endPoints: Transforms,
  options?: PerspectiveTransformOptions,
): Tensor {
  const settings = optionsOf('image.perspectiveTransform', options, kinds);
  const value = asTensor('image.perspectiveTransform', images);
  checkRank('perspectiveTransform', value);
  const start = numbersOf('perspectiveTransform', 'startPoints', startPoints);
  const end = numbersOf('perspectiveTransform', 'endPoints', endPoints);
  const shape = value.rank === 4 && start.rank === 3 ? [value.shape[0], 4, 2] : [4, 2];
  for (const points of [start, end]) {
    if (formatShape(points.shape) === formatShape(shape) || formatShape(points.shape) === '[1, 4, 2]') continue;
    throw new ManabiError(
      'shape',
      `Points must have shape [4, 2], or [batch, 4, 2] with the batch size of the images; got ` +
        `${formatShape(points.shape)} for images of shape ${formatShape(value.shape)}.`,
      { op: 'image.perspectiveTransform', data: { shape: value.shape, points: points.shape } },
    );
  }
  return affineTransform(value, homography(start, end), { ...settings, fillMode: 'constant' });
}

/** Returns the 8 numbers of the transform that moves each end point to its start point. */
function homography(start: Tensor, end: Tensor): Tensor {
  const toStart = fromUnitSquare(reshape(start, [-1, 4, 2]));
  const matrix = matmul(toStart, adjugate(fromUnitSquare(reshape(end, [-1, 4, 2]))));
  const flat = reshape(matrix, [-1, 9]);
  const numbers = index(flat, [], [0, 8]);
  return div(numbers, index(flat, [], [8, 9]));
}

/**
 * Returns the matrices [batch, 3, 3] of the transforms that move the corners (0, 0), (1, 0), (0, 1) and (1, 1) to four
 * points (Heckbert, "Fundamentals of texture mapping and image warping", 1989, section 2.2.3).
 */
function fromUnitSquare(points: Tensor): Tensor {
  const point = (i: number): readonly [Tensor, Tensor] => [index(points, [], i, 0), index(points, [], i, 1)];
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = [point(0), point(1), point(2), point(3)];
  const difference = (a: Tensor, b: Tensor, c: Tensor, d: Tensor): Tensor => add(sub(a, b), sub(d, c));
  const [sumX, sumY] = [difference(x0, x1, x2, x3), difference(y0, y1, y2, y3)];
  const [dx1, dy1, dx2, dy2] = [sub(x1, x3), sub(y1, y3), sub(x2, x3), sub(y2, y3)];
  const cross = (a: Tensor, b: Tensor, c: Tensor, d: Tensor): Tensor => sub(mul(a, d), mul(b, c));
  const determinant = cross(dx1, dx2, dy1, dy2);
  const g = div(cross(sumX, dx2, sumY, dy2), determinant);
  const h = div(cross(dx1, sumX, dy1, sumY), determinant);
  const edge = (corner: Tensor, origin: Tensor, share: Tensor): Tensor => add(sub(corner, origin), mul(share, corner));
  return matrixOf([edge(x1, x0, g), edge(x2, x0, h), x0, edge(y1, y0, g), edge(y2, y0, h), y0, g, h]);
}

/** Stacks the first 8 elements of matrices [batch, 3, 3], whose last element is 1. */
function matrixOf(elements: readonly Tensor[]): Tensor {
  const one = add(mul(elements[0], 0), 1);
  return reshape(stack([...elements, one], -1), [-1, 3, 3]);
}

/** Returns the inverses of matrices [batch, 3, 3], up to a factor per matrix. */
function adjugate(matrices: Tensor): Tensor {
  const at = (row: number, column: number): Tensor => index(matrices, [], row % 3, column % 3);
  const cofactor = (row: number, column: number): Tensor =>
    sub(mul(at(row + 1, column + 1), at(row + 2, column + 2)), mul(at(row + 1, column + 2), at(row + 2, column + 1)));
  const elements = Array.from({ length: 9 }, (_, i) => cofactor(i % 3, Math.floor(i / 3)));
  return reshape(stack(elements, -1), [-1, 3, 3]);
}
