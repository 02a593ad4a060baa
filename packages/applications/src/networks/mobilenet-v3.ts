import { boolean, decay, type KindsOf, optional, positive, readOptions } from '@manabi/errors';
import type { Functional, SymbolicTensor } from '@manabi/layers';
import {
  activation as activationLayer,
  add,
  batchNormalization,
  conv2d,
  depthwiseConv2d,
  dropout,
  flatten,
  globalAveragePooling2d,
  multiply,
  reLU,
  rescaling,
  zeroPadding2d,
} from '@manabi/layers/layers';
import type { Architecture } from '../build/architecture.ts';
import { buildNetwork } from '../build/build-network.ts';
import {
  type NetworkOptions,
  networkKinds,
  type PreprocessingOption,
  preprocessingKinds,
} from '../build/network-options.ts';
import { roundedFilters } from '../build/rounding.ts';
import { channelsOf, stridePadding } from '../build/symbols.ts';
import { type Digests, notPublished, type PublishedFile, publishedFile } from '../weights/published.ts';

/** Options of `mobileNetV3Small` and `mobileNetV3Large`. */
export interface MobileNetV3Options extends NetworkOptions, PreprocessingOption {
  /** Factor of the number of filters of every layer (default: 1). */
  readonly alpha?: number;
  /** Whether to build the variant without squeeze and excitation, hard swish and 5 × 5 kernels (default: false). */
  readonly minimalistic?: boolean;
  /** Fraction of the features that the classifier drops in training (default: 0.2). */
  readonly dropoutRate?: number;
}

const kinds = {
  ...networkKinds,
  ...preprocessingKinds,
  alpha: optional(positive, 1),
  minimalistic: optional(boolean, false),
  dropoutRate: optional(decay),
} satisfies KindsOf<MobileNetV3Options>;

/**
 * A block: factor of its inner filters, filters, kernel size, stride, whether it has squeeze and excitation, and whether it
 * uses hard swish.
 */
type Row = readonly [expansion: number, filters: number, kernel: number, stride: number, se: boolean, swish: boolean];

interface Variant {
  readonly op: string;
  readonly size: string;
  readonly name: string;
  readonly lastFilters: number;
  readonly rows: readonly Row[];
}

const SMALL: Variant = {
  op: 'mobileNetV3Small',
  size: 'small',
  name: 'MobileNetV3Small',
  lastFilters: 1024,
  rows: [
    [1, 16, 3, 2, true, false],
    [72 / 16, 24, 3, 2, false, false],
    [88 / 24, 24, 3, 1, false, false],
    [4, 40, 5, 2, true, true],
    [6, 40, 5, 1, true, true],
    [6, 40, 5, 1, true, true],
    [3, 48, 5, 1, true, true],
    [3, 48, 5, 1, true, true],
    [6, 96, 5, 2, true, true],
    [6, 96, 5, 1, true, true],
    [6, 96, 5, 1, true, true],
  ],
};

const LARGE: Variant = {
  op: 'mobileNetV3Large',
  size: 'large',
  name: 'MobileNetV3Large',
  lastFilters: 1280,
  rows: [
    [1, 16, 3, 1, false, false],
    [4, 24, 3, 2, false, false],
    [3, 24, 3, 1, false, false],
    [3, 40, 5, 2, true, false],
    [3, 40, 5, 1, true, false],
    [3, 40, 5, 1, true, false],
    [6, 80, 3, 2, false, true],
    [2.5, 80, 3, 1, false, true],
    [2.3, 80, 3, 1, false, true],
    [2.3, 80, 3, 1, false, true],
    [6, 112, 3, 1, true, true],
    [6, 112, 3, 1, true, true],
    [6, 160, 5, 2, true, true],
    [6, 160, 5, 1, true, true],
    [6, 160, 5, 1, true, true],
  ],
};

/** Digests of the published files by variant. */
const DIGESTS: Readonly<Record<string, Digests>> = {
  'large_224_0.75_float': ['765b44a33ad4005b3ac83185abf1d0eb', '40af19a13ebea4e2ee0c676887f69a2e'],
  'large_224_1.0_float': ['59e551e166be033d707958cf9e29a6a7', '07fb09a5933dd0c8eaafa16978110389'],
  'large_minimalistic_224_1.0_float': ['675e7b876c45c57e9e63e6d90a36599c', 'ec5221f64a2f6d1ef965a614bdae7973'],
  'small_224_0.75_float': ['cb65d4e5be93758266aa0a7f2c6708b7', 'ebdb5cc8e0b497cd13a7c275d475c819'],
  'small_224_1.0_float': ['8768d4c2e7dee89b9d02b2d03d65d862', 'd3e8ec802a04aa4fc771ee12a9a9b836'],
  'small_minimalistic_224_1.0_float': ['99cd97fb2fcdad2bf028eb838de69e37', 'cde8136e733e811080d9fcd8a252f7e4'],
};

function normalized(x: SymbolicTensor, name: string): SymbolicTensor {
  return batchNormalization({ epsilon: 1e-3, momentum: 0.999, name }).apply(x);
}

function pointwise(x: SymbolicTensor, filters: number, name: string, useBias = false): SymbolicTensor {
  return conv2d({ filters, kernelSize: 1, padding: 'same', useBias, name }).apply(x);
}

function activated(x: SymbolicTensor, swish: boolean): SymbolicTensor {
  return (swish ? activationLayer({ activation: 'hardSwish' }) : reLU()).apply(x);
}

function squeezeAndExcite(x: SymbolicTensor, filters: number, prefix: string): SymbolicTensor {
  const squeezed = globalAveragePooling2d({ keepdims: true, name: `${prefix}avg_pool` }).apply(x);
  const reduced = pointwise(squeezed, roundedFilters(filters * 0.25), `${prefix}conv`, true);
  const expanded = pointwise(reLU({ name: `${prefix}relu` }).apply(reduced), filters, `${prefix}conv_1`, true);
  const weights = activationLayer({ activation: 'hardSigmoid' }).apply(expanded);
  return multiply({ name: `${prefix}mul` }).apply([x, weights]);
}

function invertedResidual(x: SymbolicTensor, id: number, filters: number, [expansion, , size, stride, se, swish]: Row) {
  const prefix = id === 0 ? 'expanded_conv_' : `expanded_conv_${id}_`;
  const channels = channelsOf(x);
  const inner = roundedFilters(channels * expansion);
  const expanded =
    id === 0 ? x : activated(normalized(pointwise(x, inner, `${prefix}expand`), `${prefix}expand_bn`), swish);
  const padded =
    stride === 1
      ? expanded
      : zeroPadding2d({ padding: stridePadding(expanded, size), name: `${prefix}depthwise_pad` }).apply(expanded);
  const depthwise = depthwiseConv2d({
    kernelSize: size,
    strides: stride,
    padding: stride === 1 ? 'same' : 'valid',
    useBias: false,
    name: `${prefix}depthwise`,
  }).apply(padded);
  const active = activated(normalized(depthwise, `${prefix}depthwise_bn`), swish);
  const excited = se ? squeezeAndExcite(active, inner, `${prefix}squeeze_excite_`) : active;
  const projected = normalized(pointwise(excited, filters, `${prefix}project`), `${prefix}project_bn`);
  return stride === 1 && channels === filters ? add({ name: `${prefix}add` }).apply([x, projected]) : projected;
}

function mobileNetV3(variant: Variant, options: MobileNetV3Options): Promise<Functional> {
  const { op, size, name, rows, lastFilters } = variant;
  const { alpha, minimalistic, dropoutRate, includePreprocessing, ...common } = readOptions(op, options, kinds);
  const simplified = ([expansion, filters, kernel, stride, se, swish]: Row): Row =>
    minimalistic ? [expansion, filters, 3, stride, false, false] : [expansion, filters, kernel, stride, se, swish];
  const swish = !minimalistic;
  const rate = dropoutRate ?? 0.2;
  const architecture: Architecture = {
    name,
    size: 224,
    minSize: 32,
    anySizeWithTop: true,
    body: (images) => {
      const scaled = includePreprocessing ? rescaling({ scale: 1 / 127.5, offset: -1 }).apply(images) : images;
      const stem = conv2d({ filters: 16, kernelSize: 3, strides: 2, padding: 'same', useBias: false, name: 'conv' });
      const first = activated(normalized(stem.apply(scaled), 'conv_bn'), swish);
      const last = rows.reduce(
        (x, row, id) => invertedResidual(x, id, roundedFilters(row[1] * alpha), simplified(row)),
        first,
      );
      const widened = pointwise(last, roundedFilters(channelsOf(last) * 6), 'conv_1');
      return activated(normalized(widened, 'conv_1_bn'), swish);
    },
    top: (features, { classes, activation }) => {
      const pooled = globalAveragePooling2d({ keepdims: true }).apply(features);
      const filters = alpha > 1 ? roundedFilters(lastFilters * alpha) : lastFilters;
      const active = activated(pointwise(pooled, filters, 'conv_2', true), swish);
      const dropped = rate > 0 ? dropout({ rate }).apply(active) : active;
      const flat = flatten().apply(pointwise(dropped, classes, 'logits', true));
      return activationLayer({ activation, name: 'predictions' }).apply(flat);
    },
    poolNames: { avg: 'avg_pool', max: 'max_pool' },
    published: (includeTop) => published(op, size, alpha, minimalistic, includeTop),
  };
  return buildNetwork(op, common, architecture, { dropoutRate });
}

function published(op: string, size: string, alpha: number, minimalistic: boolean, includeTop: boolean): PublishedFile {
  const width = Number.isInteger(alpha) ? alpha.toFixed(1) : String(alpha);
  const variant = `${size}${minimalistic ? '_minimalistic' : ''}_224_${width}_float`;
  const digests = Object.hasOwn(DIGESTS, variant) ? DIGESTS[variant] : null;
  if (digests === null) throw notPublished(op, 'alpha', alpha, minimalistic ? '1' : '0.75, 1');
  const ending = includeTop ? '' : '_no_top_v2';
  return publishedFile(`mobilenet_v3/weights_mobilenet_v3_${variant}${ending}.h5`, digests[includeTop ? 0 : 1]);
}

/**
 * Creates the small MobileNetV3 (Howard et al., 2019, arXiv:1905.02244). It expects pixels in [0, 255], or in [-1, 1] with
 * `includePreprocessing: false`. ImageNet weights are published for `alpha` 0.75 and 1, and 1 if `minimalistic`. The hard
 * sigmoid, three operations in Keras, is one layer here.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.mobileNetV3Small({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 576]
 * ```
 */
export async function mobileNetV3Small(options: MobileNetV3Options = {}): Promise<Functional> {
  return mobileNetV3(SMALL, options);
}

/**
 * Creates the large MobileNetV3 (Howard et al., 2019, arXiv:1905.02244). It expects pixels in [0, 255], or in [-1, 1] with
 * `includePreprocessing: false`. ImageNet weights are published for `alpha` 0.75 and 1, and 1 if `minimalistic`. The hard
 * sigmoid, three operations in Keras, is one layer here.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.mobileNetV3Large({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 960]
 * ```
 */
export async function mobileNetV3Large(options: MobileNetV3Options = {}): Promise<Functional> {
  return mobileNetV3(LARGE, options);
}
