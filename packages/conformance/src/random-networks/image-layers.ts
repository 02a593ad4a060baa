import type { Layer } from '@manabi/layers';
import * as layers from '@manabi/layers/layers';
import { activationName, normalization } from './any-layers.ts';
import type { Draw } from './draw.ts';

const paddings = ['valid', 'same'] as const;

/** Returns a random layer for images of the shape [height, width, channels], or null if the drawn one does not fit them. */
export function imageLayer(draw: Draw, shape: readonly number[]): Layer | null {
  return draw.pick(kinds)(draw, shape);
}

/** Returns a random layer that keeps the shape of images. */
export function sameImageLayer(draw: Draw, [, , channels]: readonly number[]): Layer {
  return draw.pick<() => Layer>([
    () => layers.conv2d({ filters: channels, kernelSize: draw.pick([1, 3]), padding: 'same', ...convolution(draw) }),
    () => layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', ...convolution(draw) }),
    () => layers.activation({ activation: activationName(draw) }),
    () => normalization(draw, channels),
  ])();
}

type Kind = (draw: Draw, shape: readonly number[]) => Layer | null;

const kinds: readonly Kind[] = [
  conv,
  conv,
  conv,
  (draw, [height, width]) => {
    const padding = draw.pick(paddings);
    const kernelSize = [draw.integer(1, 3), draw.integer(1, 3)] as const;
    if (padding === 'valid' && (kernelSize[0] > height || kernelSize[1] > width)) return null;
    const depthMultiplier = draw.integer(1, 2);
    return layers.depthwiseConv2d({
      kernelSize,
      strides: draw.integer(1, 2),
      padding,
      depthMultiplier,
      ...convolution(draw),
    });
  },
  (draw) =>
    layers.separableConv2d({
      filters: draw.integer(1, 8),
      kernelSize: 3,
      padding: 'same',
      activation: activationName(draw),
    }),
  (draw, [height, width]) => {
    if (height > 12 || width > 12) return null;
    const kernelSize = [draw.integer(1, 3), draw.integer(1, 4)] as const;
    const strides = draw.integer(1, 2);
    return layers.conv2dTranspose({
      filters: draw.integer(1, 6),
      kernelSize,
      strides,
      padding: draw.pick(paddings),
      ...convolution(draw),
    });
  },
  (draw, shape) => pool(draw, shape, layers.maxPooling2d),
  (draw, shape) => pool(draw, shape, layers.maxPooling2d),
  (draw, shape) => pool(draw, shape, layers.averagePooling2d),
  (draw, [, , channels]) => normalization(draw, channels),
  (draw, [, , channels]) => normalization(draw, channels),
  (draw) => layers.activation({ activation: activationName(draw) }),
  (draw) => layers.dense({ units: draw.integer(1, 6), activation: activationName(draw) }),
  (draw) =>
    layers.zeroPadding2d({
      padding: [
        [draw.integer(0, 2), draw.integer(0, 2)],
        [draw.integer(0, 1), draw.integer(0, 1)],
      ],
    }),
  (draw, [height, width]) =>
    height < 4 || width < 4
      ? null
      : layers.cropping2d({
          cropping: [
            [draw.integer(0, 1), draw.integer(0, 2)],
            [draw.integer(0, 1), draw.integer(0, 1)],
          ],
        }),
  (draw, [height, width]) =>
    height > 9 || width > 9
      ? null
      : layers.upSampling2d({ size: 2, interpolation: draw.pick(['nearest', 'bilinear']) }),
  () => layers.permute({ dims: [2, 1, 3] }),
  () => layers.spatialDropout2d({ rate: 0.3 }),
  () => layers.rescaling({ scale: -1.5, offset: 0.25 }),
];

/** Options that all convolutions have. */
const convolution = (draw: Draw) => ({ useBias: draw.chance(0.6), activation: activationName(draw) });

function conv(draw: Draw, [height, width, channels]: readonly number[]): Layer | null {
  const groups = draw.chance(0.2) && channels % 2 === 0 ? 2 : 1;
  const filters = groups * draw.pick([1, 2, 3, 5, 8, 16]);
  const kernelSize = draw.pick([
    [1, 1],
    [3, 3],
    [3, 3],
    [2, 2],
    [5, 5],
    [1, 3],
    [4, 2],
  ] as const);
  const strides = draw.integer(1, 2);
  const dilationRate = strides === 1 && draw.chance(0.2) ? 2 : 1;
  const padding = draw.pick(paddings);
  const reach = kernelSize.map((length) => (length - 1) * dilationRate + 1);
  if (padding === 'valid' && (reach[0] > height || reach[1] > width)) return null;
  return layers.conv2d({ filters, kernelSize, strides, dilationRate, padding, groups, ...convolution(draw) });
}

function pool(draw: Draw, [height, width]: readonly number[], layer: typeof layers.maxPooling2d): Layer | null {
  const poolSize = [draw.integer(1, 3), draw.integer(2, 3)] as const;
  const padding = draw.pick(paddings);
  if (padding === 'valid' && (poolSize[0] > height || poolSize[1] > width)) return null;
  return layer({ poolSize, strides: draw.integer(1, 3), padding });
}
