import { type KindsOf, readOptions } from '@manabi/errors';
import type { Functional, SymbolicTensor } from '@manabi/layers';
import { depthwiseConv2d, normalization, rescaling } from '@manabi/layers/layers';
import type { Architecture } from '../build/architecture.ts';
import { buildNetwork } from '../build/build-network.ts';
import {
  type NetworkOptions,
  networkKinds,
  type PreprocessingOption,
  preprocessingKinds,
} from '../build/network-options.ts';
import { channelsOf } from '../build/symbols.ts';
import { type Digests, withAndWithoutTop } from '../weights/published.ts';
import {
  blockName,
  convolution,
  convolutionInitializer,
  efficientTop,
  normalized,
  squeezeAndExcite,
  swish,
  withShortcut,
} from './efficientnet-parts.ts';

/** Options of `efficientNetV2B0` to `efficientNetV2L`. */
export interface EfficientNetV2Options extends NetworkOptions, PreprocessingOption {}

const kinds = { ...networkKinds, ...preprocessingKinds } satisfies KindsOf<EfficientNetV2Options>;

/**
 * A group of blocks, all with 3 × 3 kernels: number of blocks, filters, expansion, stride of the first block, and whether
 * the blocks expand with a full convolution (fused) instead of a depthwise one with squeeze and excitation.
 */
type Group = readonly [blocks: number, filters: number, expansion: number, stride: number, fused: boolean];

const BASE: readonly Group[] = [
  [1, 16, 1, 1, true],
  [2, 32, 4, 2, true],
  [2, 48, 4, 2, true],
  [3, 96, 4, 2, false],
  [5, 112, 6, 1, false],
  [8, 192, 6, 2, false],
];

const SMALL: readonly Group[] = [
  [2, 24, 1, 1, true],
  [4, 48, 4, 2, true],
  [4, 64, 4, 2, true],
  [6, 128, 4, 2, false],
  [9, 160, 6, 1, false],
  [15, 256, 6, 2, false],
];

const MEDIUM: readonly Group[] = [
  [3, 24, 1, 1, true],
  [5, 48, 4, 2, true],
  [5, 80, 4, 2, true],
  [7, 160, 4, 2, false],
  [14, 176, 6, 1, false],
  [18, 304, 6, 2, false],
  [5, 512, 6, 1, false],
];

const LARGE: readonly Group[] = [
  [4, 32, 1, 1, true],
  [7, 64, 4, 2, true],
  [7, 96, 4, 2, true],
  [10, 192, 4, 2, false],
  [19, 224, 6, 1, false],
  [25, 384, 6, 2, false],
  [7, 640, 6, 1, false],
];

interface Variant {
  readonly groups: readonly Group[];
  readonly stem: number;
  readonly width: number;
  readonly depth: number;
  readonly size: number;
  /** Whether the preprocessing standardizes colour images with ImageNet's statistics. */
  readonly standardizes: boolean;
  readonly digests: Digests;
}

function base(width: number, depth: number, size: number, digests: Digests): Variant {
  return { groups: BASE, stem: 32, width, depth, size, standardizes: true, digests };
}

function large(groups: readonly Group[], stem: number, size: number, digests: Digests): Variant {
  return { groups, stem, width: 1, depth: 1, size, standardizes: false, digests };
}

const VARIANTS = {
  b0: base(1, 1, 224, ['21ecbf6da12460d5c40bb2f29ceb2188', '893217f2bb855e2983157299931e43ff']),
  b1: base(1, 1.1, 240, ['069f0534ff22adf035c89e2d9547a9dc', '0e80663031ca32d657f9caa404b6ec37']),
  b2: base(1.1, 1.2, 260, ['424e49f28180edbde1e94797771950a7', '1dfe2e7a5d45b6632553a8961ea609eb']),
  b3: base(1.2, 1.4, 300, ['1f1fc43bd98a6e4fd8fdfd551e02c7a0', 'f6abf7b5849ac99a89b50dd3fd532856']),
  s: large(SMALL, 24, 384, ['e1d88a8495beba45748fedd0cecbe016', 'af0682fb74e8c54910f2d4393339c070']),
  m: large(MEDIUM, 24, 480, ['a3bf6aa3276309f4fc6a34aa114c95cd', '1b8dc055df72dde80d614482840fe342']),
  l: large(LARGE, 32, 480, ['27e6d408b53c7ebc868fefa357689935', 'b0b66b5c863aef5b46e8608fe1711615']),
};

/** Fraction of samples for which training drops the last block. */
const DROP_CONNECT = 0.2;

const DROP_RATE = 0.2;

const MOMENTUM = 0.9;

const IMAGENET_MEANS = [0.485, 0.456, 0.406];
const IMAGENET_DEVIATIONS = [0.229, 0.224, 0.225];

/** Rounds a number of filters to a multiple of 8. */
function multipleOf8(filters: number): number {
  return Math.max(8, Math.floor(Math.trunc(filters + 4) / 8) * 8);
}

interface BlockSettings {
  readonly filters: number;
  readonly expansion: number;
  readonly stride: number;
  readonly dropRate: number;
}

function projected(x: SymbolicTensor, filters: number, kernelSize: number, strides: number, prefix: string) {
  return normalized(
    convolution(x, filters, kernelSize, strides, `${prefix}project_conv`),
    MOMENTUM,
    `${prefix}project_bn`,
  );
}

function expandedBy(x: SymbolicTensor, filters: number, kernelSize: number, strides: number, prefix: string) {
  const convolved = convolution(x, filters, kernelSize, strides, `${prefix}expand_conv`);
  return swish(normalized(convolved, MOMENTUM, `${prefix}expand_bn`), `${prefix}expand_activation`);
}

function depthwiseBlock(x: SymbolicTensor, prefix: string, { filters, expansion, stride }: BlockSettings) {
  const channels = channelsOf(x);
  const expanded = expansion === 1 ? x : expandedBy(x, channels * expansion, 1, 1, prefix);
  const depthwise = depthwiseConv2d({
    kernelSize: 3,
    strides: stride,
    padding: 'same',
    useBias: false,
    depthwiseInitializer: convolutionInitializer(),
    name: `${prefix}dwconv2`,
  }).apply(expanded);
  const active = swish(normalized(depthwise, MOMENTUM, `${prefix}bn`), `${prefix}activation`);
  const excited = squeezeAndExcite(active, Math.max(1, Math.trunc(channels * 0.25)), prefix);
  return projected(excited, filters, 1, 1, prefix);
}

function fusedBlock(x: SymbolicTensor, prefix: string, { filters, expansion, stride }: BlockSettings) {
  if (expansion === 1) return swish(projected(x, filters, 3, stride, prefix), `${prefix}project_activation`);
  return projected(expandedBy(x, channelsOf(x) * expansion, 3, stride, prefix), filters, 1, 1, prefix);
}

function preprocessed(images: SymbolicTensor, standardizes: boolean): SymbolicTensor {
  if (!standardizes || channelsOf(images) !== 3) return rescaling({ scale: 1 / 128, offset: -1 }).apply(images);
  const scaled = rescaling({ scale: 1 / 255 }).apply(images);
  const variance = IMAGENET_DEVIATIONS.map((deviation) => deviation ** 2);
  return normalization({ mean: IMAGENET_MEANS, variance }).apply(scaled);
}

function efficientNetV2(key: keyof typeof VARIANTS, options: EfficientNetV2Options): Promise<Functional> {
  const op = `efficientNetV2${key.toUpperCase()}`;
  const { groups, stem, width, depth, size, standardizes, digests } = VARIANTS[key];
  const { includePreprocessing, ...common } = readOptions(op, options, kinds);
  const total = groups.reduce((sum, [blocks]) => sum + blocks, 0);
  const name = `efficientnetv2-${key}`;
  const architecture: Architecture = {
    name,
    size,
    minSize: 32,
    body: (images) => {
      const scaled = includePreprocessing ? preprocessed(images, standardizes) : images;
      const first = convolution(scaled, multipleOf8(stem * width), 3, 2, 'stem_conv');
      let x = swish(normalized(first, MOMENTUM, 'stem_bn'), 'stem_activation');
      let index = 0;
      groups.forEach(([blocks, filters, expansion, stride, fused], group) => {
        for (let block = 0; block < Math.ceil(depth * blocks); block++) {
          const prefix = blockName(group, block);
          const settings: BlockSettings = {
            filters: multipleOf8(filters * width),
            expansion,
            stride: block === 0 ? stride : 1,
            dropRate: (DROP_CONNECT * index++) / total,
          };
          const y = (fused ? fusedBlock : depthwiseBlock)(x, prefix, settings);
          const isResidual = settings.stride === 1 && channelsOf(x) === settings.filters;
          x = isResidual ? withShortcut(y, x, settings.dropRate, prefix) : y;
        }
      });
      const last = convolution(x, multipleOf8(1280 * width), 1, 1, 'top_conv');
      return swish(normalized(last, MOMENTUM, 'top_bn'), 'top_activation');
    },
    top: (features, head) => efficientTop(features, head, DROP_RATE),
    poolNames: { avg: 'avg_pool', max: 'max_pool' },
    published: withAndWithoutTop(`efficientnet_v2/${name}`, digests, ['.h5', '_notop.h5']),
  };
  return buildNetwork(op, common, architecture);
}

/**
 * Creates EfficientNetV2B0 (Tan and Le, 2021, arXiv:2104.00298), designed for images of 224 pixels. It expects pixels in
 * [0, 255], or in [-1, 1] with `includePreprocessing: false`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.efficientNetV2B0({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1280]
 * ```
 */
export async function efficientNetV2B0(options: EfficientNetV2Options = {}): Promise<Functional> {
  return efficientNetV2('b0', options);
}

/**
 * Creates EfficientNetV2B1 (Tan and Le, 2021, arXiv:2104.00298), designed for images of 240 pixels. It expects pixels in
 * [0, 255], or in [-1, 1] with `includePreprocessing: false`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.efficientNetV2B1({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1280]
 * ```
 */
export async function efficientNetV2B1(options: EfficientNetV2Options = {}): Promise<Functional> {
  return efficientNetV2('b1', options);
}

/**
 * Creates EfficientNetV2B2 (Tan and Le, 2021, arXiv:2104.00298), designed for images of 260 pixels. It expects pixels in
 * [0, 255], or in [-1, 1] with `includePreprocessing: false`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.efficientNetV2B2({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1408]
 * ```
 */
export async function efficientNetV2B2(options: EfficientNetV2Options = {}): Promise<Functional> {
  return efficientNetV2('b2', options);
}

/**
 * Creates EfficientNetV2B3 (Tan and Le, 2021, arXiv:2104.00298), designed for images of 300 pixels. It expects pixels in
 * [0, 255], or in [-1, 1] with `includePreprocessing: false`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.efficientNetV2B3({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1536]
 * ```
 */
export async function efficientNetV2B3(options: EfficientNetV2Options = {}): Promise<Functional> {
  return efficientNetV2('b3', options);
}

/**
 * Creates EfficientNetV2S (Tan and Le, 2021, arXiv:2104.00298), designed for images of 384 pixels. It expects pixels in
 * [0, 255], or in [-1, 1] with `includePreprocessing: false`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.efficientNetV2S({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1280]
 * ```
 */
export async function efficientNetV2S(options: EfficientNetV2Options = {}): Promise<Functional> {
  return efficientNetV2('s', options);
}

/**
 * Creates EfficientNetV2M (Tan and Le, 2021, arXiv:2104.00298), designed for images of 480 pixels. It expects pixels in
 * [0, 255], or in [-1, 1] with `includePreprocessing: false`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.efficientNetV2M({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1280]
 * ```
 */
export async function efficientNetV2M(options: EfficientNetV2Options = {}): Promise<Functional> {
  return efficientNetV2('m', options);
}

/**
 * Creates EfficientNetV2L (Tan and Le, 2021, arXiv:2104.00298), designed for images of 480 pixels. It expects pixels in
 * [0, 255], or in [-1, 1] with `includePreprocessing: false`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.efficientNetV2L({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1280]
 * ```
 */
export async function efficientNetV2L(options: EfficientNetV2Options = {}): Promise<Functional> {
  return efficientNetV2('l', options);
}
