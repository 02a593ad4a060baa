import { fraction, type KindsOf, optional, positive, positiveInteger, readOptions } from '@manabi/errors';
import type { Functional, SymbolicTensor } from '@manabi/layers';
import {
  activation as activationLayer,
  batchNormalization,
  conv2d,
  depthwiseConv2d,
  dropout as dropoutLayer,
  globalAveragePooling2d,
  reLU,
  reshape,
  zeroPadding2d,
} from '@manabi/layers/layers';
import type { Architecture } from '../build/architecture.ts';
import { buildNetwork } from '../build/build-network.ts';
import { type NetworkOptions, networkKinds } from '../build/network-options.ts';
import { notPublished, type PublishedFile, publishedFile } from '../weights/published.ts';
import { publishedSize } from './published-size.ts';

/** Options of `mobileNet`. */
export interface MobileNetOptions extends NetworkOptions {
  /** Factor of the number of filters of every layer (default: 1). */
  readonly alpha?: number;
  /** Number of filters per channel of the depthwise convolutions (default: 1). */
  readonly depthMultiplier?: number;
  /** Fraction of the features that the classifier drops in training (default: 0.001). */
  readonly dropout?: number;
}

const kinds = {
  ...networkKinds,
  alpha: optional(positive, 1),
  depthMultiplier: optional(positiveInteger, 1),
  dropout: optional(fraction),
} satisfies KindsOf<MobileNetOptions>;

/** Filters and stride of each pair of a depthwise and a pointwise convolution. */
const BLOCKS: readonly (readonly [filters: number, stride: number])[] = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  ...Array.from({ length: 5 }, () => [512, 1] as const),
  [1024, 2],
  [1024, 1],
];

/** Sizes of images, and factors of filters with their names in files, for which weights are published. */
const SIZES = [128, 160, 192, 224];
const ALPHAS: ReadonlyMap<number, string> = new Map([
  [0.25, '2_5'],
  [0.5, '5_0'],
  [0.75, '7_5'],
  [1, '1_0'],
]);

interface Settings {
  readonly alpha: number;
  readonly depthMultiplier: number;
  readonly dropout: number;
  readonly size: number;
  readonly name: string;
}

function mobileNetArchitecture({ alpha, depthMultiplier, dropout, size, name }: Settings): Architecture {
  const normalized = (x: SymbolicTensor, prefix: string): SymbolicTensor =>
    reLU({ maxValue: 6, name: `${prefix}_relu` }).apply(batchNormalization({ name: `${prefix}_bn` }).apply(x));
  const filtersOf = (filters: number): number => Math.trunc(filters * alpha);
  return {
    name,
    size,
    minSize: 32,
    body: (images) => {
      const stem = conv2d({
        filters: filtersOf(32),
        kernelSize: 3,
        padding: 'same',
        useBias: false,
        strides: 2,
        name: 'conv1',
      }).apply(images);
      return BLOCKS.reduce(
        (x, [filters, stride], i) => {
          const id = i + 1;
          const padded =
            stride === 1
              ? x
              : zeroPadding2d({
                  padding: [
                    [0, 1],
                    [0, 1],
                  ],
                  name: `conv_pad_${id}`,
                }).apply(x);
          const depthwise = depthwiseConv2d({
            kernelSize: 3,
            padding: stride === 1 ? 'same' : 'valid',
            depthMultiplier,
            strides: stride,
            useBias: false,
            name: `conv_dw_${id}`,
          }).apply(padded);
          const pointwise = conv2d({
            filters: filtersOf(filters),
            kernelSize: 1,
            padding: 'same',
            useBias: false,
            name: `conv_pw_${id}`,
          }).apply(normalized(depthwise, `conv_dw_${id}`));
          return normalized(pointwise, `conv_pw_${id}`);
        },
        normalized(stem, 'conv1'),
      );
    },
    top: (features, { classes, activation }) => {
      const pooled = globalAveragePooling2d({ keepdims: true }).apply(features);
      const dropped = dropoutLayer({ rate: dropout, name: 'dropout' }).apply(pooled);
      const scores = conv2d({ filters: classes, kernelSize: 1, padding: 'same', name: 'conv_preds' }).apply(dropped);
      const flat = reshape({ targetShape: [classes], name: 'reshape_2' }).apply(scores);
      return activationLayer({ activation, name: 'predictions' }).apply(flat);
    },
    published: (includeTop) => published(alpha, depthMultiplier, size, includeTop),
  };
}

function published(alpha: number, depthMultiplier: number, size: number, includeTop: boolean): PublishedFile {
  const width = ALPHAS.get(alpha);
  if (width === undefined) throw notPublished('mobileNet', 'alpha', alpha, [...ALPHAS.keys()].join(', '));
  if (depthMultiplier !== 1) throw notPublished('mobileNet', 'depthMultiplier', depthMultiplier, '1');
  return publishedFile(`mobilenet/mobilenet_${width}_${size}_tf${includeTop ? '' : '_no_top'}.h5`, null);
}

/**
 * Creates MobileNet (Howard et al., 2017, arXiv:1704.04861), a network of depthwise separable convolutions. It expects images of
 * `preprocessInput(images, 'mobileNet')`. ImageNet weights are published for `alpha` 0.25, 0.5, 0.75 and 1, and images of 128,
 * 160, 192 and 224 pixels; for other sizes, those for 224 pixels are used.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.mobileNet({ weights: null, alpha: 0.25, includeTop: false, inputShape: [96, 96, 3] });
 * console.log(base.outputTypes?.[0].shape); // [null, 3, 3, 256]
 * ```
 */
export async function mobileNet(options: MobileNetOptions = {}): Promise<Functional> {
  const { alpha, depthMultiplier, dropout, ...common } = readOptions('mobileNet', options, kinds);
  const { size, rows } = publishedSize(common, SIZES);
  const settings = {
    alpha,
    depthMultiplier,
    dropout: dropout ?? 1e-3,
    size,
    name: `mobilenet_${alpha.toFixed(2)}_${rows}`,
  };
  return buildNetwork('mobileNet', common, mobileNetArchitecture(settings), { dropout });
}
