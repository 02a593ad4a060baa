import { readOptions } from '@manabi/errors';
import type { Functional, SymbolicTensor } from '@manabi/layers';
import {
  activation as activationLayer,
  add,
  averagePooling2d,
  batchNormalization,
  concatenate,
  conv2d,
  cropping2d,
  dense,
  globalAveragePooling2d,
  maxPooling2d,
  separableConv2d,
  zeroPadding2d,
} from '@manabi/layers/layers';
import type { Architecture } from '../build/architecture.ts';
import { buildNetwork } from '../build/build-network.ts';
import { type NetworkOptions, networkKinds } from '../build/network-options.ts';
import { channelsOf, stridePadding } from '../build/symbols.ts';
import { type Digests, withAndWithoutTop } from '../weights/published.ts';

interface Variant {
  readonly op: string;
  readonly name: string;
  readonly file: string;
  readonly size: number;
  /** Number of channels of the features. */
  readonly features: number;
  /** Number of normal cells between two reductions. */
  readonly cells: number;
  readonly stemFilters: number;
  /** Whether the cell after a reduction receives the input of the previous cell instead of the reduction's. */
  readonly skipsReduction: boolean;
  readonly digests: Digests;
}

const MOBILE: Variant = {
  op: 'nasNetMobile',
  name: 'nasnet_mobile',
  file: 'nasnet/NASNet-mobile',
  size: 224,
  features: 1056,
  cells: 4,
  stemFilters: 32,
  skipsReduction: false,
  digests: ['020fb642bf7360b370c678b08e0adf61', '1ed92395b5b598bdda52abe5c0dbfd63'],
};

const LARGE: Variant = {
  op: 'nasNetLarge',
  name: 'nasnet_large',
  file: 'nasnet/NASNet-large',
  size: 331,
  features: 4032,
  cells: 6,
  stemFilters: 96,
  skipsReduction: true,
  digests: ['11577c9a518f0070763c2b964a382f17', 'd81d89dc07e6e56530c4e77faddd61b5'],
};

/** A cell receives the outputs of the two cells before it. */
interface Cells {
  readonly last: SymbolicTensor;
  readonly before: SymbolicTensor | null;
}

function normalized(x: SymbolicTensor, name: string): SymbolicTensor {
  return batchNormalization({ momentum: 0.9997, epsilon: 1e-3, name }).apply(x);
}

function relu(x: SymbolicTensor, name?: string): SymbolicTensor {
  return activationLayer({ activation: 'relu', name }).apply(x);
}

function pointwise(x: SymbolicTensor, filters: number, name: string): SymbolicTensor {
  const options = { filters, kernelSize: 1, padding: 'same', useBias: false, kernelInitializer: 'heNormal' } as const;
  return conv2d({ ...options, name }).apply(x);
}

/** Two separable convolutions, of which the first one may halve the images. */
function separable(x: SymbolicTensor, filters: number, kernelSize: number, id: string, strides = 1): SymbolicTensor {
  const active = relu(x);
  const padded =
    strides === 1
      ? active
      : zeroPadding2d({ padding: stridePadding(active, kernelSize), name: `separable_conv_1_pad_${id}` }).apply(active);
  const padding = strides === 1 ? 'same' : 'valid';
  const options = { filters, kernelSize, useBias: false } as const;
  const first = separableConv2d({ ...options, strides, padding, name: `separable_conv_1_${id}` }).apply(padded);
  const middle = relu(normalized(first, `separable_conv_1_bn_${id}`));
  const second = separableConv2d({ ...options, padding: 'same', name: `separable_conv_2_${id}` }).apply(middle);
  return normalized(second, `separable_conv_2_bn_${id}`);
}

/** Returns the output of the cell before the last one with the size of the last one and a number of channels. */
function adjusted({ last, before }: Cells, filters: number, id: string): SymbolicTensor {
  if (before === null) return last;
  if (before.shape[2] !== last.shape[2]) return halved(before, filters, id);
  if (channelsOf(before) === filters) return before;
  const projected = pointwise(relu(before), filters, `adjust_conv_projection_${id}`);
  return normalized(projected, `adjust_bn_${id}`);
}

/** Halves the images on two paths, of which one is shifted by a position. */
function halved(x: SymbolicTensor, filters: number, id: string): SymbolicTensor {
  const active = relu(x, `adjust_relu_1_${id}`);
  const path = (from: SymbolicTensor, number: number): SymbolicTensor => {
    const pool = averagePooling2d({ poolSize: 1, strides: 2, name: `adjust_avg_pool_${number}_${id}` });
    return pointwise(pool.apply(from), Math.floor(filters / 2), `adjust_conv_${number}_${id}`);
  };
  const first = path(active, 1);
  const padded = zeroPadding2d({
    padding: [
      [0, 1],
      [0, 1],
    ],
  }).apply(active);
  const shifted = cropping2d({
    cropping: [
      [1, 0],
      [1, 0],
    ],
  }).apply(padded);
  return normalized(concatenate().apply([first, path(shifted, 2)]), `adjust_bn_${id}`);
}

function averaged(x: SymbolicTensor, name: string): SymbolicTensor {
  return averagePooling2d({ poolSize: 3, strides: 1, padding: 'same', name }).apply(x);
}

function sum(terms: readonly SymbolicTensor[], name?: string): SymbolicTensor {
  return add({ name }).apply(terms);
}

function normalCell(cells: Cells, filters: number, id: string): Cells {
  const p = adjusted(cells, filters, id);
  const h = normalized(pointwise(relu(cells.last), filters, `normal_conv_1_${id}`), `normal_bn_1_${id}`);
  const first = sum(
    [separable(h, filters, 5, `normal_left1_${id}`), separable(p, filters, 3, `normal_right1_${id}`)],
    `normal_add_1_${id}`,
  );
  const second = sum(
    [separable(p, filters, 5, `normal_left2_${id}`), separable(p, filters, 3, `normal_right2_${id}`)],
    `normal_add_2_${id}`,
  );
  const third = sum([averaged(h, `normal_left3_${id}`), p], `normal_add_3_${id}`);
  const fourth = sum([averaged(p, `normal_left4_${id}`), averaged(p, `normal_right4_${id}`)], `normal_add_4_${id}`);
  const fifth = sum([separable(h, filters, 3, `normal_left5_${id}`), h], `normal_add_5_${id}`);
  const output = concatenate({ name: `normal_concat_${id}` }).apply([p, first, second, third, fourth, fifth]);
  return { last: output, before: cells.last };
}

function reductionCell(cells: Cells, filters: number, id: string): Cells {
  const p = adjusted(cells, filters, id);
  const h = normalized(pointwise(relu(cells.last), filters, `reduction_conv_1_${id}`), `reduction_bn_1_${id}`);
  const padded = zeroPadding2d({ padding: stridePadding(h, 3), name: `reduction_pad_1_${id}` }).apply(h);
  const pool = { poolSize: 3, strides: 2 };
  const first = sum(
    [separable(h, filters, 5, `reduction_left1_${id}`, 2), separable(p, filters, 7, `reduction_right1_${id}`, 2)],
    `reduction_add_1_${id}`,
  );
  const second = sum(
    [
      maxPooling2d({ ...pool, name: `reduction_left2_${id}` }).apply(padded),
      separable(p, filters, 7, `reduction_right2_${id}`, 2),
    ],
    `reduction_add_2_${id}`,
  );
  const third = sum(
    [
      averagePooling2d({ ...pool, name: `reduction_left3_${id}` }).apply(padded),
      separable(p, filters, 5, `reduction_right3_${id}`, 2),
    ],
    `reduction_add3_${id}`,
  );
  const fourth = sum([second, averaged(first, `reduction_left4_${id}`)]);
  const fifth = sum(
    [
      separable(first, filters, 3, `reduction_left4_${id}`),
      maxPooling2d({ ...pool, name: `reduction_right5_${id}` }).apply(padded),
    ],
    `reduction_add4_${id}`,
  );
  const output = concatenate({ name: `reduction_concat_${id}` }).apply([second, third, fourth, fifth]);
  return { last: output, before: cells.last };
}

function body(
  images: SymbolicTensor,
  { features, cells: count, stemFilters, skipsReduction }: Variant,
): SymbolicTensor {
  const filters = Math.floor(features / 24);
  const stem = conv2d({
    filters: stemFilters,
    kernelSize: 3,
    strides: 2,
    useBias: false,
    kernelInitializer: 'heNormal',
    name: 'stem_conv1',
  }).apply(images);
  let cells: Cells = { last: normalized(stem, 'stem_bn1'), before: null };
  cells = reductionCell(cells, Math.floor(filters / 4), 'stem_1');
  cells = reductionCell(cells, Math.floor(filters / 2), 'stem_2');
  for (let group = 0; group < 3; group++) {
    const width = filters * 2 ** group;
    if (group > 0) {
      const reduced = reductionCell(cells, width, `reduce_${group * count}`);
      cells = skipsReduction ? { last: reduced.last, before: cells.before } : reduced;
    }
    const first = group === 0 ? 0 : group * count + 1;
    for (let k = 0; k < count; k++) cells = normalCell(cells, width, String(first + k));
  }
  return relu(cells.last);
}

function nasNet(variant: Variant, options: NetworkOptions): Promise<Functional> {
  const { op, name, size, file, digests } = variant;
  const architecture: Architecture = {
    name,
    size,
    minSize: 32,
    needsSize: true,
    body: (images) => body(images, variant),
    top: (features, { classes, activation }) =>
      dense({ units: classes, activation, name: 'predictions' }).apply(globalAveragePooling2d().apply(features)),
    published: withAndWithoutTop(file, digests, ['.h5', '-no-top.h5']),
  };
  return buildNetwork(op, readOptions(op, options, networkKinds), architecture);
}

/**
 * Creates the mobile NASNet-A (Zoph et al., 2017, arXiv:1707.07012), for images of 224 pixels. It expects images of
 * `preprocessInput(images, 'nasNetMobile')`. The height and width must be known, also without classifier.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.nasNetMobile({ weights: null, includeTop: false, inputShape: [32, 32, 3] });
 * console.log(base.outputTypes?.[0].shape); // [null, 1, 1, 1056]
 * ```
 */
export async function nasNetMobile(options: NetworkOptions = {}): Promise<Functional> {
  return nasNet(MOBILE, options);
}

/**
 * Creates the large NASNet-A (Zoph et al., 2017, arXiv:1707.07012), for images of 331 pixels. It expects images of
 * `preprocessInput(images, 'nasNetLarge')`. The height and width must be known, also without classifier.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.nasNetLarge({ weights: null, includeTop: false, inputShape: [32, 32, 3] });
 * console.log(base.outputTypes?.[0].shape); // [null, 1, 1, 4032]
 * ```
 */
export async function nasNetLarge(options: NetworkOptions = {}): Promise<Functional> {
  return nasNet(LARGE, options);
}
