import { readOptions } from '@manabi/errors';
import type { Functional, SymbolicTensor } from '@manabi/layers';
import { CustomScaleLayer } from '@manabi/layers/further';
import {
  activation as activationLayer,
  averagePooling2d,
  batchNormalization,
  concatenate,
  conv2d,
  dense,
  globalAveragePooling2d,
  maxPooling2d,
} from '@manabi/layers/layers';
import type { Architecture } from '../build/architecture.ts';
import { buildNetwork } from '../build/build-network.ts';
import { type NetworkOptions, networkKinds } from '../build/network-options.ts';
import { channelsOf } from '../build/symbols.ts';
import { withAndWithoutTop } from '../weights/published.ts';

/** A convolution: filters, size of the kernel, and whether it halves the images without padding. */
type Step = readonly [filters: number, kernelSize: number | readonly [number, number], halves?: 'halves'];

function convolved(
  x: SymbolicTensor,
  filters: number,
  kernelSize: number | readonly [number, number],
  strides = 1,
  padding: 'same' | 'valid' = 'same',
): SymbolicTensor {
  const convolution = conv2d({ filters, kernelSize, strides, padding, useBias: false }).apply(x);
  return activationLayer({ activation: 'relu' }).apply(batchNormalization({ scale: false }).apply(convolution));
}

/** Applies convolutions one after the other. */
function branch(x: SymbolicTensor, steps: readonly Step[]): SymbolicTensor {
  return steps.reduce(
    (y, [filters, size, halves]) =>
      halves === undefined ? convolved(y, filters, size) : convolved(y, filters, size, 2, 'valid'),
    x,
  );
}

function halved(x: SymbolicTensor): SymbolicTensor {
  return maxPooling2d({ poolSize: 3, strides: 2 }).apply(x);
}

/** A kind of residual block: branches of convolutions, whose outputs are joined, projected, scaled and added. */
interface Block {
  readonly type: string;
  readonly blocks: number;
  readonly scale: number;
  readonly branches: readonly (readonly Step[])[];
}

const BLOCK_35: Block = {
  type: 'block35',
  blocks: 10,
  scale: 0.17,
  branches: [
    [[32, 1]],
    [
      [32, 1],
      [32, 3],
    ],
    [
      [32, 1],
      [48, 3],
      [64, 3],
    ],
  ],
};

const BLOCK_17: Block = {
  type: 'block17',
  blocks: 20,
  scale: 0.1,
  branches: [
    [[192, 1]],
    [
      [128, 1],
      [160, [1, 7]],
      [192, [7, 1]],
    ],
  ],
};

const BLOCK_8: Block = {
  type: 'block8',
  blocks: 10,
  scale: 0.2,
  branches: [
    [[192, 1]],
    [
      [192, 1],
      [224, [1, 3]],
      [256, [3, 1]],
    ],
  ],
};

function residual(x: SymbolicTensor, { type, branches }: Block, index: number, scale: number, isActive = true) {
  const name = `${type}_${index}`;
  const joined = concatenate({ name: `${name}_mixed` }).apply(branches.map((steps) => branch(x, steps)));
  const projection = conv2d({ filters: channelsOf(x), kernelSize: 1, padding: 'same', name: `${name}_conv` });
  const sum = new CustomScaleLayer({ scale }).apply([x, projection.apply(joined)]);
  return isActive ? activationLayer({ activation: 'relu', name: `${name}_ac` }).apply(sum) : sum;
}

function residuals(x: SymbolicTensor, block: Block, count = block.blocks): SymbolicTensor {
  let y = x;
  for (let index = 1; index <= count; index++) y = residual(y, block, index, block.scale);
  return y;
}

function stem(images: SymbolicTensor): SymbolicTensor {
  let x = convolved(images, 32, 3, 2, 'valid');
  x = convolved(x, 32, 3, 1, 'valid');
  x = halved(convolved(x, 64, 3));
  x = convolved(x, 80, 1, 1, 'valid');
  x = halved(convolved(x, 192, 3, 1, 'valid'));
  const branches: readonly (readonly Step[])[] = [
    [[96, 1]],
    [
      [48, 1],
      [64, 5],
    ],
    [
      [64, 1],
      [96, 3],
      [96, 3],
    ],
  ];
  const convolutions = branches.map((steps) => branch(x, steps));
  const pooled = averagePooling2d({ poolSize: 3, strides: 1, padding: 'same' }).apply(x);
  return concatenate({ name: 'mixed_5b' }).apply([...convolutions, convolved(pooled, 64, 1)]);
}

/** Applies convolutions that halve the images in parallel, and a maximum pooling. */
function reduction(x: SymbolicTensor, name: string, branches: readonly (readonly Step[])[]): SymbolicTensor {
  return concatenate({ name }).apply([...branches.map((steps) => branch(x, steps)), halved(x)]);
}

function body(images: SymbolicTensor): SymbolicTensor {
  let x = residuals(stem(images), BLOCK_35);
  x = reduction(x, 'mixed_6a', [
    [[384, 3, 'halves']],
    [
      [256, 1],
      [256, 3],
      [384, 3, 'halves'],
    ],
  ]);
  x = residuals(x, BLOCK_17);
  x = reduction(x, 'mixed_7a', [
    [
      [256, 1],
      [384, 3, 'halves'],
    ],
    [
      [256, 1],
      [288, 3, 'halves'],
    ],
    [
      [256, 1],
      [288, 3],
      [320, 3, 'halves'],
    ],
  ]);
  x = residuals(x, BLOCK_8, BLOCK_8.blocks - 1);
  x = residual(x, BLOCK_8, BLOCK_8.blocks, 1, false);
  const last = conv2d({ filters: 1536, kernelSize: 1, padding: 'same', useBias: false, name: 'conv_7b' }).apply(x);
  const normalized = batchNormalization({ scale: false, name: 'conv_7b_bn' }).apply(last);
  return activationLayer({ activation: 'relu', name: 'conv_7b_ac' }).apply(normalized);
}

const architecture: Architecture = {
  name: 'inception_resnet_v2',
  size: 299,
  minSize: 75,
  body,
  top: (features, { classes, activation }) => {
    const pooled = globalAveragePooling2d({ name: 'avg_pool' }).apply(features);
    return dense({ units: classes, activation, name: 'predictions' }).apply(pooled);
  },
  published: withAndWithoutTop('inception_resnet_v2/inception_resnet_v2', [
    'e693bd0210a403b3192acc6073ad2e96',
    'd19885ff4a710c122648d3b5c3b684e4',
  ]),
};

/**
 * Creates InceptionResNetV2 (Szegedy et al., 2016, arXiv:1602.07261), for images of 299 pixels, at least 75. It expects
 * images of `preprocessInput(images, 'inceptionResNetV2')`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.inceptionResNetV2({ weights: null, includeTop: false, inputShape: [75, 75, 3] });
 * console.log(base.outputTypes?.[0].shape); // [null, 1, 1, 1536]
 * ```
 */
export async function inceptionResNetV2(options: NetworkOptions = {}): Promise<Functional> {
  return buildNetwork('inceptionResNetV2', readOptions('inceptionResNetV2', options, networkKinds), architecture);
}
