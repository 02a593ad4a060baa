import { fraction, type KindsOf, optional, readOptions } from '@manabi/errors';
import type { Functional, SymbolicTensor } from '@manabi/layers';
import {
  activation as activationLayer,
  concatenate,
  conv2d,
  dropout as dropoutLayer,
  globalAveragePooling2d,
  maxPooling2d,
} from '@manabi/layers/layers';
import type { Architecture } from '../build/architecture.ts';
import { buildNetwork } from '../build/build-network.ts';
import { type NetworkOptions, networkKinds } from '../build/network-options.ts';
import { fileAt } from '../weights/published.ts';

/** Options of `squeezeNet`. */
export interface SqueezeNetOptions extends NetworkOptions {
  /** Fraction of the features that the classifier drops in training (default: 0.5). */
  readonly dropout?: number;
}

const kinds = { ...networkKinds, dropout: optional(fraction) } satisfies KindsOf<SqueezeNetOptions>;

/** Filters of the fire modules: squeezed, and of each of the two expansions. */
const FIRES: readonly (readonly [squeeze: number, expand: number])[] = [
  [16, 64],
  [16, 64],
  [32, 128],
  [32, 128],
  [48, 192],
  [48, 192],
  [64, 256],
  [64, 256],
];

/** Number of the first fire module, which is the second block. */
const FIRST_FIRE = 2;

/** Fire modules after which the feature maps are halved. */
const POOLED = [3, 5];

const RELEASE = 'https://github.com/rcmalli/keras-squeezenet/releases/download/v1.0';

function fire(x: SymbolicTensor, id: number, squeeze: number, expand: number): SymbolicTensor {
  const convolved = (from: SymbolicTensor, filters: number, kernelSize: number, name: string): SymbolicTensor => {
    const layer = conv2d({
      filters,
      kernelSize,
      padding: kernelSize === 1 ? 'valid' : 'same',
      name: `fire${id}_${name}`,
    });
    return activationLayer({ activation: 'relu', name: `fire${id}_relu_${name}` }).apply(layer.apply(from));
  };
  const squeezed = convolved(x, squeeze, 1, 'squeeze1x1');
  const expanded = [convolved(squeezed, expand, 1, 'expand1x1'), convolved(squeezed, expand, 3, 'expand3x3')];
  return concatenate({ name: `fire${id}_concat` }).apply(expanded);
}

function squeezeNetArchitecture(rate: number): Architecture {
  return {
    name: 'squeezenet',
    size: 227,
    minSize: 48,
    body: (images) => {
      const stem = conv2d({ filters: 64, kernelSize: 3, strides: 2, padding: 'valid', name: 'conv1' }).apply(images);
      const active = activationLayer({ activation: 'relu', name: 'relu_conv1' }).apply(stem);
      const pooled = maxPooling2d({ poolSize: 3, strides: 2, name: 'pool1' }).apply(active);
      return FIRES.reduce((x, [squeeze, expand], i) => {
        const id = i + FIRST_FIRE;
        const fired = fire(x, id, squeeze, expand);
        return POOLED.includes(id) ? maxPooling2d({ poolSize: 3, strides: 2, name: `pool${id}` }).apply(fired) : fired;
      }, pooled);
    },
    top: (features, { classes, activation }) => {
      const dropped = dropoutLayer({ rate, name: 'drop9' }).apply(features);
      const scores = conv2d({ filters: classes, kernelSize: 1, padding: 'valid', name: 'conv10' }).apply(dropped);
      const active = activationLayer({ activation: 'relu', name: 'relu_conv10' }).apply(scores);
      const pooled = globalAveragePooling2d().apply(active);
      return activationLayer({ activation, name: 'loss' }).apply(pooled);
    },
    published: (includeTop) =>
      fileAt(`${RELEASE}/squeezenet_weights_tf_dim_ordering_tf_kernels${includeTop ? '' : '_notop'}.h5`, null),
  };
}

/**
 * Creates SqueezeNet 1.1 (Iandola et al., 2016, arXiv:1602.07360), which Keras lacks. It expects images of
 * `preprocessInput(images, 'squeezeNet')`. The weights of `'imagenet'` are those of keras-squeezenet, without a published
 * checksum.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const network = await applications.squeezeNet({ weights: null });
 * console.log(network.countParams()); // 1235496
 * ```
 */
export async function squeezeNet(options: SqueezeNetOptions = {}): Promise<Functional> {
  const { dropout, ...common } = readOptions('squeezeNet', options, kinds);
  return buildNetwork('squeezeNet', common, squeezeNetArchitecture(dropout ?? 0.5), { dropout });
}
