import { boolean, type KindsOf, optional, readOptions } from '@manabi/errors';
import type { Functional, SymbolicTensor } from '@manabi/layers';
import { conv2d, depthwiseConv2d, normalization, rescaling, zeroPadding2d } from '@manabi/layers/layers';
import type { Architecture } from '../build/architecture.ts';
import { buildNetwork } from '../build/build-network.ts';
import { type NetworkOptions, networkKinds } from '../build/network-options.ts';
import { roundedFilters } from '../build/rounding.ts';
import { channelsOf, stridePadding } from '../build/symbols.ts';
import { type Digests, fileAt } from '../weights/published.ts';
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

/** Options of `efficientNetB0` to `efficientNetB7`. */
export interface EfficientNetOptions extends NetworkOptions {
  /**
   * Whether images are also divided by the square roots of ImageNet's standard deviations, as the published weights
   * expect. By default, only with `weights: 'imagenet'`, as in Keras: set it to load a copy of a published file.
   */
  readonly imagenetScaling?: boolean;
}

const kinds = { ...networkKinds, imagenetScaling: optional(boolean) } satisfies KindsOf<EfficientNetOptions>;

/** Groups of inverted residual blocks. The stride applies to the first block of a group. */
const GROUPS: readonly (readonly [
  kernel: number,
  blocks: number,
  filters: number,
  expansion: number,
  stride: number,
])[] = [
  [3, 1, 16, 1, 1],
  [3, 2, 24, 6, 2],
  [5, 2, 40, 6, 2],
  [3, 3, 80, 6, 2],
  [5, 3, 112, 6, 1],
  [5, 4, 192, 6, 2],
  [3, 1, 320, 6, 1],
];

/** Fraction of samples for which training drops the last block. */
const DROP_CONNECT = 0.2;

const MOMENTUM = 0.99;

const IMAGENET_DEVIATIONS = [0.229, 0.224, 0.225];

interface Variant {
  readonly width: number;
  readonly depth: number;
  readonly size: number;
  readonly dropRate: number;
  readonly digests: Digests;
}

const VARIANTS: readonly Variant[] = (
  [
    [1, 1, 224, 0.2, '902e53a9f72be733fc0bcb005b3ebbac', '50bc09e76180e00e4465e1a485ddc09d'],
    [1, 1.1, 240, 0.2, '1d254153d4ab51201f1646940f018540', '74c4e6b3e1f6a1eea24c589628592432'],
    [1.1, 1.2, 260, 0.3, 'b15cce36ff4dcbd00b6dd88e7857a6ad', '111f8e2ac8aa800a7a99e3239f7bfb39'],
    [1.2, 1.4, 300, 0.3, 'ffd1fdc53d0ce67064dc6a9c7960ede0', 'af6d107764bb5b1abb91932881670226'],
    [1.4, 1.8, 380, 0.4, '18c95ad55216b8f92d7e70b3a046e2fc', 'ebc24e6d6c33eaebbd558eafbeedf1ba'],
    [1.6, 2.2, 456, 0.4, 'ace28f2a6363774853a83a0b21b9421a', '38879255a25d3c92d5e44e04ae6cec6f'],
    [1.8, 2.6, 528, 0.5, '165f6e37dce68623721b423839de8be5', '9ecce42647a20130c1f39a5d4cb75743'],
    [2, 3.1, 600, 0.5, '8c03f828fec3ef71311cd463b6759d99', 'cbcfe4450ddf6f3ad90b1b398090fe4a'],
  ] as const
).map(([width, depth, size, dropRate, top, noTop]) => ({ width, depth, size, dropRate, digests: [top, noTop] }));

interface BlockSettings {
  readonly kernelSize: number;
  readonly filters: number;
  readonly expansion: number;
  readonly stride: number;
  readonly dropRate: number;
}

function invertedResidual(x: SymbolicTensor, prefix: string, settings: BlockSettings): SymbolicTensor {
  const { kernelSize, filters, expansion, stride, dropRate } = settings;
  const channels = channelsOf(x);
  const expanded =
    expansion === 1
      ? x
      : swish(
          normalized(
            convolution(x, channels * expansion, 1, 1, `${prefix}expand_conv`),
            MOMENTUM,
            `${prefix}expand_bn`,
          ),
          `${prefix}expand_activation`,
        );
  const padded =
    stride === 1
      ? expanded
      : zeroPadding2d({ padding: stridePadding(expanded, kernelSize), name: `${prefix}dwconv_pad` }).apply(expanded);
  const depthwise = depthwiseConv2d({
    kernelSize,
    strides: stride,
    padding: stride === 1 ? 'same' : 'valid',
    useBias: false,
    depthwiseInitializer: convolutionInitializer(),
    name: `${prefix}dwconv`,
  }).apply(padded);
  const active = swish(normalized(depthwise, MOMENTUM, `${prefix}bn`), `${prefix}activation`);
  const excited = squeezeAndExcite(active, Math.max(1, Math.trunc(channels * 0.25)), prefix);
  const projected = normalized(
    convolution(excited, filters, 1, 1, `${prefix}project_conv`),
    MOMENTUM,
    `${prefix}project_bn`,
  );
  return stride === 1 && channels === filters ? withShortcut(projected, x, dropRate, prefix) : projected;
}

function efficientNet(number: number, options: EfficientNetOptions): Promise<Functional> {
  const op = `efficientNetB${number}`;
  const { width, depth, size, dropRate, digests } = VARIANTS[number];
  const { imagenetScaling, ...common } = readOptions(op, options, kinds);
  const scales = imagenetScaling ?? common.weights === 'imagenet';
  const filtersOf = (filters: number): number => roundedFilters(filters * width);
  const repeated = (blocks: number): number => Math.ceil(depth * blocks);
  const total = GROUPS.reduce((sum, [, blocks]) => sum + repeated(blocks), 0);
  const name = `efficientnetb${number}`;
  const architecture: Architecture = {
    name,
    size,
    minSize: 32,
    body: (images) => {
      const pixels = normalization().apply(rescaling({ scale: 1 / 255 }).apply(images));
      const scaled = scales
        ? rescaling({ scale: IMAGENET_DEVIATIONS.map((deviation) => 1 / Math.sqrt(deviation)) }).apply(pixels)
        : pixels;
      const padded = zeroPadding2d({ padding: stridePadding(scaled, 3), name: 'stem_conv_pad' }).apply(scaled);
      const stem = conv2d({
        filters: filtersOf(32),
        kernelSize: 3,
        strides: 2,
        padding: 'valid',
        useBias: false,
        kernelInitializer: convolutionInitializer(),
        name: 'stem_conv',
      }).apply(padded);
      let x = swish(normalized(stem, MOMENTUM, 'stem_bn'), 'stem_activation');
      let index = 0;
      GROUPS.forEach(([kernelSize, blocks, filters, expansion, stride], group) => {
        for (let block = 0; block < repeated(blocks); block++) {
          x = invertedResidual(x, blockName(group, block), {
            kernelSize,
            filters: filtersOf(filters),
            expansion,
            stride: block === 0 ? stride : 1,
            dropRate: (DROP_CONNECT * index++) / total,
          });
        }
      });
      const last = convolution(x, filtersOf(1280), 1, 1, 'top_conv');
      return swish(normalized(last, MOMENTUM, 'top_bn'), 'top_activation');
    },
    top: (features, head) => efficientTop(features, head, dropRate),
    poolNames: { avg: 'avg_pool', max: 'max_pool' },
    published: (includeTop) =>
      fileAt(
        `https://storage.googleapis.com/keras-applications/${name}${includeTop ? '' : '_notop'}.h5`,
        digests[includeTop ? 0 : 1],
      ),
  };
  return buildNetwork(op, common, architecture);
}

/**
 * Creates EfficientNetB0 (Tan and Le, 2019, arXiv:1905.11946), designed for images of 224 pixels. It expects pixels in
 * [0, 255].
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.efficientNetB0({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1280]
 * ```
 */
export async function efficientNetB0(options: EfficientNetOptions = {}): Promise<Functional> {
  return efficientNet(0, options);
}

/**
 * Creates EfficientNetB1 (Tan and Le, 2019, arXiv:1905.11946), designed for images of 240 pixels. It expects pixels in
 * [0, 255].
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.efficientNetB1({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1280]
 * ```
 */
export async function efficientNetB1(options: EfficientNetOptions = {}): Promise<Functional> {
  return efficientNet(1, options);
}

/**
 * Creates EfficientNetB2 (Tan and Le, 2019, arXiv:1905.11946), designed for images of 260 pixels. It expects pixels in
 * [0, 255].
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.efficientNetB2({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1408]
 * ```
 */
export async function efficientNetB2(options: EfficientNetOptions = {}): Promise<Functional> {
  return efficientNet(2, options);
}

/**
 * Creates EfficientNetB3 (Tan and Le, 2019, arXiv:1905.11946), designed for images of 300 pixels. It expects pixels in
 * [0, 255].
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.efficientNetB3({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1536]
 * ```
 */
export async function efficientNetB3(options: EfficientNetOptions = {}): Promise<Functional> {
  return efficientNet(3, options);
}

/**
 * Creates EfficientNetB4 (Tan and Le, 2019, arXiv:1905.11946), designed for images of 380 pixels. It expects pixels in
 * [0, 255].
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.efficientNetB4({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1792]
 * ```
 */
export async function efficientNetB4(options: EfficientNetOptions = {}): Promise<Functional> {
  return efficientNet(4, options);
}

/**
 * Creates EfficientNetB5 (Tan and Le, 2019, arXiv:1905.11946), designed for images of 456 pixels. It expects pixels in
 * [0, 255].
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.efficientNetB5({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 2048]
 * ```
 */
export async function efficientNetB5(options: EfficientNetOptions = {}): Promise<Functional> {
  return efficientNet(5, options);
}

/**
 * Creates EfficientNetB6 (Tan and Le, 2019, arXiv:1905.11946), designed for images of 528 pixels. It expects pixels in
 * [0, 255].
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.efficientNetB6({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 2304]
 * ```
 */
export async function efficientNetB6(options: EfficientNetOptions = {}): Promise<Functional> {
  return efficientNet(6, options);
}

/**
 * Creates EfficientNetB7 (Tan and Le, 2019, arXiv:1905.11946), designed for images of 600 pixels. It expects pixels in
 * [0, 255].
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.efficientNetB7({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 2560]
 * ```
 */
export async function efficientNetB7(options: EfficientNetOptions = {}): Promise<Functional> {
  return efficientNet(7, options);
}
