import type { Layer } from '@manabi/layers';
import * as layers from '@manabi/layers/layers';
import type { RandomSource } from '@manabi/testing';
import { activationName, normalization } from './any-layers.ts';

const paddings = ['valid', 'same'] as const;

/** Returns a random layer for images of the shape [height, width, channels], or null if the drawn one does not fit them. */
export function imageLayer(random: RandomSource, shape: readonly number[]): Layer | null {
  return random.pick(kinds)(random, shape);
}

/** Returns a random layer that keeps the shape of images. */
export function sameImageLayer(random: RandomSource, [, , channels]: readonly number[]): Layer {
  return random.pick<() => Layer>([
    () =>
      layers.conv2d({ filters: channels, kernelSize: random.pick([1, 3]), padding: 'same', ...convolution(random) }),
    () => layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', ...convolution(random) }),
    () => layers.activation({ activation: activationName(random) }),
    () => normalization(random, channels),
  ])();
}

type Kind = (random: RandomSource, shape: readonly number[]) => Layer | null;

const kinds: readonly Kind[] = [
  conv,
  conv,
  conv,
  (random, [height, width]) => {
    const padding = random.pick(paddings);
    const kernelSize = [random.integer(1, 4), random.integer(1, 4)] as const;
    if (padding === 'valid' && (kernelSize[0] > height || kernelSize[1] > width)) return null;
    const depthMultiplier = random.integer(1, 3);
    return layers.depthwiseConv2d({
      kernelSize,
      strides: random.integer(1, 3),
      padding,
      depthMultiplier,
      ...convolution(random),
    });
  },
  (random) =>
    layers.separableConv2d({
      filters: random.integer(1, 9),
      kernelSize: 3,
      padding: 'same',
      activation: activationName(random),
    }),
  (random, [height, width]) => {
    if (height > 12 || width > 12) return null;
    const kernelSize = [random.integer(1, 4), random.integer(1, 5)] as const;
    const strides = random.integer(1, 3);
    return layers.conv2dTranspose({
      filters: random.integer(1, 7),
      kernelSize,
      strides,
      padding: random.pick(paddings),
      ...convolution(random),
    });
  },
  (random, shape) => pool(random, shape, layers.maxPooling2d),
  (random, shape) => pool(random, shape, layers.maxPooling2d),
  (random, shape) => pool(random, shape, layers.averagePooling2d),
  (random, [, , channels]) => normalization(random, channels),
  (random, [, , channels]) => normalization(random, channels),
  (random) => layers.activation({ activation: activationName(random) }),
  (random) => layers.dense({ units: random.integer(1, 7), activation: activationName(random) }),
  (random) =>
    layers.zeroPadding2d({
      padding: [
        [random.integer(0, 3), random.integer(0, 3)],
        [random.integer(0, 2), random.integer(0, 2)],
      ],
    }),
  (random, [height, width]) =>
    height < 4 || width < 4
      ? null
      : layers.cropping2d({
          cropping: [
            [random.integer(0, 2), random.integer(0, 3)],
            [random.integer(0, 2), random.integer(0, 2)],
          ],
        }),
  (random, [height, width]) =>
    height > 9 || width > 9
      ? null
      : layers.upSampling2d({ size: 2, interpolation: random.pick(['nearest', 'bilinear']) }),
  () => layers.permute({ dims: [2, 1, 3] }),
  () => layers.spatialDropout2d({ rate: 0.3 }),
  () => layers.rescaling({ scale: -1.5, offset: 0.25 }),
];

/** Options that all convolutions have. */
const convolution = (random: RandomSource) => ({ useBias: random.chance(0.6), activation: activationName(random) });

function conv(random: RandomSource, [height, width, channels]: readonly number[]): Layer | null {
  const groups = random.chance(0.2) && channels % 2 === 0 ? 2 : 1;
  const filters = groups * random.pick([1, 2, 3, 5, 8, 16]);
  const kernelSize = random.pick([
    [1, 1],
    [3, 3],
    [3, 3],
    [2, 2],
    [5, 5],
    [1, 3],
    [4, 2],
  ] as const);
  const strides = random.integer(1, 3);
  const dilationRate = strides === 1 && random.chance(0.2) ? 2 : 1;
  const padding = random.pick(paddings);
  const reach = kernelSize.map((length) => (length - 1) * dilationRate + 1);
  if (padding === 'valid' && (reach[0] > height || reach[1] > width)) return null;
  return layers.conv2d({ filters, kernelSize, strides, dilationRate, padding, groups, ...convolution(random) });
}

function pool(
  random: RandomSource,
  [height, width]: readonly number[],
  layer: typeof layers.maxPooling2d,
): Layer | null {
  const poolSize = [random.integer(1, 4), random.integer(2, 4)] as const;
  const padding = random.pick(paddings);
  if (padding === 'valid' && (poolSize[0] > height || poolSize[1] > width)) return null;
  return layer({ poolSize, strides: random.integer(1, 4), padding });
}
