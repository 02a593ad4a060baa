import { readOptions } from '@manabi/errors';
import type { Functional, SymbolicTensor } from '@manabi/layers';
import {
  activation as activationLayer,
  averagePooling2d,
  batchNormalization,
  concatenate,
  conv2d,
  dense,
  globalAveragePooling2d,
  maxPooling2d,
  zeroPadding2d,
} from '@manabi/layers/layers';
import type { Architecture } from '../build/architecture.ts';
import { buildNetwork } from '../build/build-network.ts';
import { type NetworkOptions, networkKinds } from '../build/network-options.ts';
import { channelsOf } from '../build/symbols.ts';
import { type Digests, withAndWithoutTop } from '../weights/published.ts';

/** Number of filters that each block adds. */
const GROWTH = 32;

/** Number of blocks of each stack. */
const BLOCKS = { 121: [6, 12, 24, 16], 169: [6, 12, 32, 32], 201: [6, 12, 48, 32] } as const;

type Depth = keyof typeof BLOCKS;

const DIGESTS: Readonly<Record<Depth, Digests>> = {
  121: ['9d60b8095a5708f2dcce2bca79d332c7', '30ee3e1110167f948a6b9946edeeb738'],
  169: ['d699b8f76981ab1b30698df4c175e90b', 'b8c4d4c20dd625c148057b9ff1c1176b'],
  201: ['1ceb130c1ea1b78c3bf6114dbdfd8807', 'c13680b51ded0fb44dff2d8f86ac8bb1'],
};

function normalizedRelu(x: SymbolicTensor, bn: string, relu: string): SymbolicTensor {
  const normalized = batchNormalization({ epsilon: 1.001e-5, name: bn }).apply(x);
  return activationLayer({ activation: 'relu', name: relu }).apply(normalized);
}

function denseBlock(x: SymbolicTensor, name: string): SymbolicTensor {
  const active = normalizedRelu(x, `${name}_0_bn`, `${name}_0_relu`);
  const reduced = conv2d({ filters: 4 * GROWTH, kernelSize: 1, useBias: false, name: `${name}_1_conv` }).apply(active);
  const second = normalizedRelu(reduced, `${name}_1_bn`, `${name}_1_relu`);
  const grown = conv2d({ filters: GROWTH, kernelSize: 3, padding: 'same', useBias: false, name: `${name}_2_conv` });
  return concatenate({ name: `${name}_concat` }).apply([x, grown.apply(second)]);
}

/** Halves the images and the number of channels between two stacks. */
function transition(x: SymbolicTensor, name: string): SymbolicTensor {
  const active = normalizedRelu(x, `${name}_bn`, `${name}_relu`);
  const filters = Math.trunc(channelsOf(active) / 2);
  const reduced = conv2d({ filters, kernelSize: 1, useBias: false, name: `${name}_conv` }).apply(active);
  return averagePooling2d({ poolSize: 2, strides: 2, name: `${name}_pool` }).apply(reduced);
}

function denseNetArchitecture(depth: Depth): Architecture {
  const name = `densenet${depth}`;
  return {
    name,
    size: 224,
    minSize: 32,
    body: (images) => {
      const padded = zeroPadding2d({ padding: 3 }).apply(images);
      const stem = conv2d({ filters: 64, kernelSize: 7, strides: 2, useBias: false, name: 'conv1_conv' }).apply(padded);
      const active = normalizedRelu(stem, 'conv1_bn', 'conv1_relu');
      const poolPadded = zeroPadding2d({ padding: 1 }).apply(active);
      const pooled = maxPooling2d({ poolSize: 3, strides: 2, name: 'pool1' }).apply(poolPadded);
      const features = BLOCKS[depth].reduce<SymbolicTensor>((from, count, i) => {
        let x = i === 0 ? from : transition(from, `pool${i + 1}`);
        for (let block = 1; block <= count; block++) x = denseBlock(x, `conv${i + 2}_block${block}`);
        return x;
      }, pooled);
      return normalizedRelu(features, 'bn', 'relu');
    },
    top: (features, { classes, activation }) => {
      const pooled = globalAveragePooling2d({ name: 'avg_pool' }).apply(features);
      return dense({ units: classes, activation, name: 'predictions' }).apply(pooled);
    },
    poolNames: { avg: 'avg_pool', max: 'max_pool' },
    published: withAndWithoutTop(`densenet/${name}`, DIGESTS[depth]),
  };
}

function denseNet(op: string, options: NetworkOptions, depth: Depth): Promise<Functional> {
  return buildNetwork(op, readOptions(op, options, networkKinds), denseNetArchitecture(depth));
}

/**
 * Creates DenseNet121 (Huang et al., 2016, arXiv:1608.06993), in which each block receives the outputs of all blocks
 * before it. It expects images of `preprocessInput(images, 'denseNet121')`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.denseNet121({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1024]
 * ```
 */
export async function denseNet121(options: NetworkOptions = {}): Promise<Functional> {
  return denseNet('denseNet121', options, 121);
}

/**
 * Creates DenseNet169 (Huang et al., 2016, arXiv:1608.06993), in which each block receives the outputs of all blocks
 * before it. It expects images of `preprocessInput(images, 'denseNet169')`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.denseNet169({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1664]
 * ```
 */
export async function denseNet169(options: NetworkOptions = {}): Promise<Functional> {
  return denseNet('denseNet169', options, 169);
}

/**
 * Creates DenseNet201 (Huang et al., 2016, arXiv:1608.06993), in which each block receives the outputs of all blocks
 * before it. It expects images of `preprocessInput(images, 'denseNet201')`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.denseNet201({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1920]
 * ```
 */
export async function denseNet201(options: NetworkOptions = {}): Promise<Functional> {
  return denseNet('denseNet201', options, 201);
}
