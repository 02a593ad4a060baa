import { type KindsOf, optional, positive, readOptions } from '@manabi/errors';
import type { Functional, SymbolicTensor } from '@manabi/layers';
import {
  add,
  batchNormalization,
  conv2d,
  dense,
  depthwiseConv2d,
  globalAveragePooling2d,
  reLU,
  zeroPadding2d,
} from '@manabi/layers/layers';
import type { Architecture } from '../build/architecture.ts';
import { buildNetwork } from '../build/build-network.ts';
import { type NetworkOptions, networkKinds } from '../build/network-options.ts';
import { roundedFilters } from '../build/rounding.ts';
import { channelsOf, stridePadding } from '../build/symbols.ts';
import { notPublished, type PublishedFile, publishedFile } from '../weights/published.ts';
import { publishedSize } from './published-size.ts';

/** Options of `mobileNetV2`. */
export interface MobileNetV2Options extends NetworkOptions {
  /** Factor of the number of filters of every layer (default: 1). */
  readonly alpha?: number;
}

const kinds = { ...networkKinds, alpha: optional(positive, 1) } satisfies KindsOf<MobileNetV2Options>;

/** Groups of inverted residual blocks. The stride applies to the first block of a group. */
const GROUPS: readonly (readonly [expansion: number, filters: number, blocks: number, stride: number])[] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

const SIZES = [96, 128, 160, 192, 224];
const ALPHAS = [0.35, 0.5, 0.75, 1, 1.3, 1.4];

function normalized(x: SymbolicTensor, name: string): SymbolicTensor {
  return batchNormalization({ epsilon: 1e-3, momentum: 0.999, name }).apply(x);
}

function limited(x: SymbolicTensor, name: string): SymbolicTensor {
  return reLU({ maxValue: 6, name }).apply(x);
}

function pointwise(x: SymbolicTensor, filters: number, name: string): SymbolicTensor {
  return conv2d({ filters, kernelSize: 1, padding: 'same', useBias: false, name }).apply(x);
}

function invertedResidual(
  x: SymbolicTensor,
  id: number,
  { expansion, filters, stride }: { readonly expansion: number; readonly filters: number; readonly stride: number },
): SymbolicTensor {
  const prefix = id === 0 ? 'expanded_conv_' : `block_${id}_`;
  const channels = channelsOf(x);
  const expanded =
    id === 0
      ? x
      : limited(
          normalized(pointwise(x, expansion * channels, `${prefix}expand`), `${prefix}expand_BN`),
          `${prefix}expand_relu`,
        );
  const padded =
    stride === 1
      ? expanded
      : zeroPadding2d({ padding: stridePadding(expanded, 3), name: `${prefix}pad` }).apply(expanded);
  const depthwise = depthwiseConv2d({
    kernelSize: 3,
    strides: stride,
    useBias: false,
    padding: stride === 1 ? 'same' : 'valid',
    name: `${prefix}depthwise`,
  }).apply(padded);
  const active = limited(normalized(depthwise, `${prefix}depthwise_BN`), `${prefix}depthwise_relu`);
  const projected = normalized(pointwise(active, filters, `${prefix}project`), `${prefix}project_BN`);
  return channels === filters && stride === 1 ? add({ name: `${prefix}add` }).apply([x, projected]) : projected;
}

function mobileNetV2Architecture(alpha: number, size: number, name: string): Architecture {
  return {
    name,
    size,
    minSize: 32,
    body: (images) => {
      const stem = conv2d({
        filters: roundedFilters(32 * alpha),
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        useBias: false,
        name: 'Conv1',
      }).apply(images);
      let x = limited(normalized(stem, 'bn_Conv1'), 'Conv1_relu');
      let id = 0;
      for (const [expansion, width, blocks, stride] of GROUPS) {
        const filters = roundedFilters(Math.trunc(width * alpha));
        for (let k = 0; k < blocks; k++) {
          x = invertedResidual(x, id++, { expansion, filters, stride: k === 0 ? stride : 1 });
        }
      }
      const filters = alpha > 1 ? roundedFilters(1280 * alpha) : 1280;
      const last = conv2d({ filters, kernelSize: 1, useBias: false, name: 'Conv_1' }).apply(x);
      return limited(normalized(last, 'Conv_1_bn'), 'out_relu');
    },
    top: (features, { classes, activation }) =>
      dense({ units: classes, activation, name: 'predictions' }).apply(globalAveragePooling2d().apply(features)),
    published: (includeTop) => published(alpha, size, includeTop),
  };
}

function published(alpha: number, size: number, includeTop: boolean): PublishedFile {
  if (!ALPHAS.includes(alpha)) throw notPublished('mobileNetV2', 'alpha', alpha, ALPHAS.join(', '));
  const width = Number.isInteger(alpha) ? alpha.toFixed(1) : String(alpha);
  const ending = `${width}_${size}${includeTop ? '' : '_no_top'}.h5`;
  return publishedFile(`mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_${ending}`, null);
}

/**
 * Creates MobileNetV2 (Sandler et al., 2018, arXiv:1801.04381), a network of inverted residual blocks. It expects images of
 * `preprocessInput(images, 'mobileNetV2')`. ImageNet weights are published for `alpha` 0.35, 0.5, 0.75, 1, 1.3 and 1.4, and images
 * of 96, 128, 160, 192 and 224 pixels; for other sizes, those for 224 pixels are used.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.mobileNetV2({ weights: null, alpha: 0.35, includeTop: false, pooling: 'avg' });
 * console.log(base.outputTypes?.[0].shape); // [null, 1280]
 * ```
 */
export async function mobileNetV2(options: MobileNetV2Options = {}): Promise<Functional> {
  const { alpha, ...common } = readOptions('mobileNetV2', options, kinds);
  const { size, rows } = publishedSize(common, SIZES);
  return buildNetwork(
    'mobileNetV2',
    common,
    mobileNetV2Architecture(alpha, size, `mobilenetv2_${alpha.toFixed(2)}_${rows}`),
  );
}
