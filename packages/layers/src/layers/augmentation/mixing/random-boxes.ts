import {
  add,
  arange,
  greaterEqual,
  less,
  logicalAnd,
  mul,
  random,
  reshape,
  type Shape,
  sub,
  type Tensor,
} from '@manabi/core';
import type { ImageAxes } from '../../images/image-axes.ts';

/** Sides of one box per image, in pixels: [batch] each. */
export interface Boxes {
  readonly left: Tensor;
  readonly right: Tensor;
  readonly top: Tensor;
  readonly bottom: Tensor;
}

/** Draws the positions of boxes whose width and height are given fractions [batch] of the image. */
export function drawnBoxes(key: Tensor, width: Tensor, height: Tensor, shape: Shape, axes: ImageAxes): Boxes {
  const [forLeft, forTop] = random.split(key);
  const side = (from: Tensor, share: Tensor, length: number): readonly [Tensor, Tensor] => {
    const size = mul(share, length);
    const start = mul(random.uniform(from, share.shape), sub(length, size));
    return [start, add(start, size)];
  };
  const [left, right] = side(forLeft, width, shape[axes.columns]);
  const [top, bottom] = side(forTop, height, shape[axes.rows]);
  return { left, right, top, bottom };
}

/** Marks the pixels within boxes, as a bool tensor that broadcasts to the images. */
export function boxMasks({ left, right, top, bottom }: Boxes, shape: Shape, { rows, columns }: ImageAxes): Tensor {
  const within = (axis: number, start: Tensor, end: Tensor): Tensor => {
    const spread = shape.map((length, i) => (i === axis ? length : 1));
    const positions = reshape(arange(0, shape[axis], 1, { dtype: 'float32' }), spread);
    const perImage = (values: Tensor): Tensor => reshape(values, [shape[0], 1, 1, 1]);
    return logicalAnd(greaterEqual(positions, perImage(start)), less(positions, perImage(end)));
  };
  return logicalAnd(within(columns, left, right), within(rows, top, bottom));
}
