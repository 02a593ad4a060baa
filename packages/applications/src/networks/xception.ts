import { readOptions } from '@manabi/errors';
import type { Functional, SymbolicTensor } from '@manabi/layers';
import {
  activation as activationLayer,
  add,
  batchNormalization,
  conv2d,
  dense,
  globalAveragePooling2d,
  maxPooling2d,
  separableConv2d,
} from '@manabi/layers/layers';
import type { Architecture } from '../build/architecture.ts';
import { buildNetwork } from '../build/build-network.ts';
import { type NetworkOptions, networkKinds } from '../build/network-options.ts';
import { withAndWithoutTop } from '../weights/published.ts';

/** Blocks that halve the images: number, and filters of the two separable convolutions. */
const ENTRY: readonly (readonly [id: number, first: number, second: number])[] = [
  [2, 128, 128],
  [3, 256, 256],
  [4, 728, 728],
];

/** Number of the first block of the middle flow, number of its blocks, and their filters. */
const MIDDLE = { first: 5, blocks: 8, filters: 728 };

function relu(x: SymbolicTensor, name: string): SymbolicTensor {
  return activationLayer({ activation: 'relu', name }).apply(x);
}

function separable(x: SymbolicTensor, filters: number, name: string): SymbolicTensor {
  const convolved = separableConv2d({ filters, kernelSize: 3, padding: 'same', useBias: false, name }).apply(x);
  return batchNormalization({ name: `${name}_bn` }).apply(convolved);
}

/** A block that halves the images; in block 2, whose input has an activation already, only one follows. */
function halving(x: SymbolicTensor, id: number, first: number, second: number): SymbolicTensor {
  const prefix = `block${id}`;
  const shortcut = batchNormalization().apply(
    conv2d({ filters: second, kernelSize: 1, strides: 2, padding: 'same', useBias: false }).apply(x),
  );
  const active = id === 2 ? x : relu(x, `${prefix}_sepconv1_act`);
  const middle = relu(separable(active, first, `${prefix}_sepconv1`), `${prefix}_sepconv2_act`);
  const convolved = separable(middle, second, `${prefix}_sepconv2`);
  const pooled = maxPooling2d({ poolSize: 3, strides: 2, padding: 'same', name: `${prefix}_pool` }).apply(convolved);
  return add().apply([pooled, shortcut]);
}

function middleBlock(x: SymbolicTensor, id: number): SymbolicTensor {
  let y = x;
  for (let k = 1; k <= 3; k++) {
    const name = `block${id}_sepconv${k}`;
    y = separable(relu(y, `${name}_act`), MIDDLE.filters, name);
  }
  return add().apply([y, x]);
}

const architecture: Architecture = {
  name: 'xception',
  size: 299,
  minSize: 71,
  body: (images) => {
    const stem = conv2d({ filters: 32, kernelSize: 3, strides: 2, useBias: false, name: 'block1_conv1' }).apply(images);
    const first = relu(batchNormalization({ name: 'block1_conv1_bn' }).apply(stem), 'block1_conv1_act');
    const second = conv2d({ filters: 64, kernelSize: 3, useBias: false, name: 'block1_conv2' }).apply(first);
    let x = relu(batchNormalization({ name: 'block1_conv2_bn' }).apply(second), 'block1_conv2_act');
    for (const [id, before, after] of ENTRY) x = halving(x, id, before, after);
    for (let block = 0; block < MIDDLE.blocks; block++) x = middleBlock(x, MIDDLE.first + block);
    x = halving(x, 13, 728, 1024);
    x = relu(separable(x, 1536, 'block14_sepconv1'), 'block14_sepconv1_act');
    return relu(separable(x, 2048, 'block14_sepconv2'), 'block14_sepconv2_act');
  },
  top: (features, { classes, activation }) => {
    const pooled = globalAveragePooling2d({ name: 'avg_pool' }).apply(features);
    return dense({ units: classes, activation, name: 'predictions' }).apply(pooled);
  },
  published: withAndWithoutTop('xception/xception', [
    '0a58e3b7378bc2990ea3b43d5981f1f6',
    'b0042744bf5b25fce3cb969f33bebb97',
  ]),
};

/**
 * Creates Xception (Chollet, 2016, arXiv:1610.02357), a network of separable convolutions for images of 299 pixels, at
 * least 71. It expects images of `preprocessInput(images, 'xception')`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.xception({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 2048]
 * ```
 */
export async function xception(options: NetworkOptions = {}): Promise<Functional> {
  return buildNetwork('xception', readOptions('xception', options, networkKinds), architecture);
}
