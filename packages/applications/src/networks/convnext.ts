import { type KindsOf, readOptions } from '@manabi/errors';
import { type Functional, type SymbolicTensor, sequential } from '@manabi/layers';
import { layerScale } from '@manabi/layers/further';
import {
  activation as activationLayer,
  add,
  conv2d,
  dense,
  globalAveragePooling2d,
  layerNormalization,
  normalization,
} from '@manabi/layers/layers';
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

/** Options of `convNeXtTiny` to `convNeXtXLarge`. */
export interface ConvNeXtOptions extends NetworkOptions, PreprocessingOption {}

const kinds = { ...networkKinds, ...preprocessingKinds } satisfies KindsOf<ConvNeXtOptions>;

interface Variant {
  readonly op: string;
  /** Number of blocks of each stage. */
  readonly depths: readonly number[];
  /** Number of channels of each stage. */
  readonly widths: readonly number[];
  readonly digests: Digests;
}

const VARIANTS = {
  tiny: {
    op: 'convNeXtTiny',
    depths: [3, 3, 9, 3],
    widths: [96, 192, 384, 768],
    digests: [
      '8ae6e78ce2933352b1ef4008e6dd2f17bc40771563877d156bc6426c7cf503ff',
      'd547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1',
    ],
  },
  small: {
    op: 'convNeXtSmall',
    depths: [3, 3, 27, 3],
    widths: [96, 192, 384, 768],
    digests: [
      'ce1277d8f1ee5a0ef0e171469089c18f5233860ceaf9b168049cb9263fd7483c',
      '6fc8009faa2f00c1c1dfce59feea9b0745eb260a7dd11bee65c8e20843da6eab',
    ],
  },
  base: {
    op: 'convNeXtBase',
    depths: [3, 3, 27, 3],
    widths: [128, 256, 512, 1024],
    digests: [
      '52cbb006d3dadd03f6e095a8ca1aca47aecdd75acb4bc74bce1f5c695d0086e6',
      '40a20c5548a5e9202f69735ecc06c990e6b7c9d2de39f0361e27baeb24cb7c45',
    ],
  },
  large: {
    op: 'convNeXtLarge',
    depths: [3, 3, 27, 3],
    widths: [192, 384, 768, 1536],
    digests: [
      '070c5ed9ed289581e477741d3b34beffa920db8cf590899d6d2c67fba2a198a6',
      '96f02b6f0753d4f543261bc9d09bed650f24dd6bc02ddde3066135b63d23a1cd',
    ],
  },
  xlarge: {
    op: 'convNeXtXLarge',
    depths: [3, 3, 27, 3],
    widths: [256, 512, 1024, 2048],
    digests: [
      'c1f5ccab661354fc3a79a10fa99af82f0fbf10ec65cb894a3ae0815f17a889ee',
      'de3f8a54174130e0cecdc71583354753d557fcf1f4487331558e2a16ba0cfe05',
    ],
  },
} satisfies Readonly<Record<string, Variant>>;

const EPSILON = 1e-6;

/** Initial factor of the channels at the end of each block. */
const INITIAL_SCALE = 1e-6;

/** Means and standard deviations of ImageNet's pixels in [0, 255]. */
const MEANS = [0.485 * 255, 0.456 * 255, 0.406 * 255];
const VARIANCES = [(0.229 * 255) ** 2, (0.224 * 255) ** 2, (0.225 * 255) ** 2];

function block(x: SymbolicTensor, width: number, name: string): SymbolicTensor {
  const depthwise = conv2d({
    filters: width,
    kernelSize: 7,
    padding: 'same',
    groups: width,
    name: `${name}_depthwise_conv`,
  }).apply(x);
  const normalized = layerNormalization({ epsilon: EPSILON, name: `${name}_layernorm` }).apply(depthwise);
  const widened = dense({ units: 4 * width, name: `${name}_pointwise_conv_1` }).apply(normalized);
  const active = activationLayer({ activation: 'gelu', name: `${name}_gelu` }).apply(widened);
  const narrowed = dense({ units: width, name: `${name}_pointwise_conv_2` }).apply(active);
  const scaled = layerScale({
    initValues: INITIAL_SCALE,
    projectionDim: width,
    name: `${name}_layer_scale`,
  }).apply(narrowed);
  const same = activationLayer({ activation: 'linear', name: `${name}_identity` }).apply(scaled);
  return add().apply([x, same]);
}

/** The layers that shrink the images before a stage. */
function downsampling(x: SymbolicTensor, width: number, stage: number, name: string): SymbolicTensor {
  const layers =
    stage === 0
      ? [
          conv2d({ filters: width, kernelSize: 4, strides: 4, name: `${name}_stem_conv` }),
          layerNormalization({ epsilon: EPSILON, name: `${name}_stem_layernorm` }),
        ]
      : [
          layerNormalization({ epsilon: EPSILON, name: `${name}_downsampling_layernorm_${stage - 1}` }),
          conv2d({ filters: width, kernelSize: 2, strides: 2, name: `${name}_downsampling_conv_${stage - 1}` }),
        ];
  return sequential(layers, {
    name: stage === 0 ? `${name}_stem` : `${name}_downsampling_block_${stage - 1}`,
  }).apply(x);
}

function convNeXt(key: keyof typeof VARIANTS, options: ConvNeXtOptions): Promise<Functional> {
  const { op, depths, widths, digests }: Variant = VARIANTS[key];
  const { includePreprocessing, ...common } = readOptions(op, options, kinds);
  const fileName = `convnext_${key}`;
  // In Keras, the names of the layers contain the name of the model.
  const name = common.name ?? fileName;
  const architecture: Architecture = {
    name,
    size: 224,
    minSize: 32,
    body: (images) => {
      const standardizes = includePreprocessing && channelsOf(images) === MEANS.length;
      const layer = { mean: MEANS, variance: VARIANCES, name: `${name}_prestem_normalization` };
      const pixels = standardizes ? normalization(layer).apply(images) : images;
      return depths.reduce((from, count, stage) => {
        let x = downsampling(from, widths[stage], stage, name);
        for (let k = 0; k < count; k++) x = block(x, widths[stage], `${name}_stage_${stage}_block_${k}`);
        return x;
      }, pixels);
    },
    top: (features, { classes, activation }) => {
      const pooled = globalAveragePooling2d({ name: `${name}_head_gap` }).apply(features);
      const normalized = layerNormalization({ epsilon: EPSILON, name: `${name}_head_layernorm` }).apply(pooled);
      return dense({ units: classes, activation, name: `${name}_head_dense` }).apply(normalized);
    },
    afterPooling: (features) => layerNormalization({ epsilon: EPSILON }).apply(features),
    published: withAndWithoutTop(`convnext/${fileName}`, digests, ['.h5', '_notop.h5']),
  };
  return buildNetwork(op, common, architecture);
}

/**
 * Creates ConvNeXt-Tiny (Liu et al., 2022, arXiv:2201.03545). It expects pixels in [0, 255], or standardized ones with
 * `includePreprocessing: false`. Without classifier, a layer normalization follows the features, as in Keras.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.convNeXtTiny({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 768]
 * ```
 */
export async function convNeXtTiny(options: ConvNeXtOptions = {}): Promise<Functional> {
  return convNeXt('tiny', options);
}

/**
 * Creates ConvNeXt-Small (Liu et al., 2022, arXiv:2201.03545). It expects pixels in [0, 255], or standardized ones with
 * `includePreprocessing: false`. Without classifier, a layer normalization follows the features, as in Keras.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.convNeXtSmall({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 768]
 * ```
 */
export async function convNeXtSmall(options: ConvNeXtOptions = {}): Promise<Functional> {
  return convNeXt('small', options);
}

/**
 * Creates ConvNeXt-Base (Liu et al., 2022, arXiv:2201.03545). It expects pixels in [0, 255], or standardized ones with
 * `includePreprocessing: false`. Without classifier, a layer normalization follows the features, as in Keras.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.convNeXtBase({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1024]
 * ```
 */
export async function convNeXtBase(options: ConvNeXtOptions = {}): Promise<Functional> {
  return convNeXt('base', options);
}

/**
 * Creates ConvNeXt-Large (Liu et al., 2022, arXiv:2201.03545). It expects pixels in [0, 255], or standardized ones with
 * `includePreprocessing: false`. Without classifier, a layer normalization follows the features, as in Keras.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.convNeXtLarge({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1536]
 * ```
 */
export async function convNeXtLarge(options: ConvNeXtOptions = {}): Promise<Functional> {
  return convNeXt('large', options);
}

/**
 * Creates ConvNeXt-XLarge (Liu et al., 2022, arXiv:2201.03545). It expects pixels in [0, 255], or standardized ones with
 * `includePreprocessing: false`. Without classifier, a layer normalization follows the features, as in Keras.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.convNeXtXLarge({ weights: null, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 2048]
 * ```
 */
export async function convNeXtXLarge(options: ConvNeXtOptions = {}): Promise<Functional> {
  return convNeXt('xlarge', options);
}
