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
  zeroPadding2d,
} from '@manabi/layers/layers';
import type { Architecture } from '../build/architecture.ts';
import { buildNetwork } from '../build/build-network.ts';
import { type NetworkOptions, networkKinds } from '../build/network-options.ts';
import { type Digests, withAndWithoutTop } from '../weights/published.ts';

/** Filters of the bottlenecks of each stack of blocks; the blocks have four times as many outputs. */
const FILTERS = [64, 128, 256, 512];

/** Number of blocks of each stack. */
const BLOCKS = { 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3] } as const;

type Depth = keyof typeof BLOCKS;

const DIGESTS: Readonly<Record<string, Digests>> = {
  resnet50: ['2cb95161c43110f7111970584f804107', '4d473c1dd8becc155b73f8504c6f6626'],
  resnet101: ['f1aeb4b969a6efcfb50fad2f0c20cfc5', '88cf7a10940856eca736dc7b7e228a21'],
  resnet152: ['100835be76be38e30d865e96f2aaae62', 'ee4c566cf9a93f14d82f913c2dc6dd0c'],
  resnet50v2: ['3ef43a0b657b3be2300d5770ece849e0', 'fac2f116257151a9d068a22e544a4917'],
  resnet101v2: ['6343647c601c52e1368623803854d971', 'c0ed64b8031c3730f411d2eb4eea35b5'],
  resnet152v2: ['a49b44d1979771252814e80f8ec446f9', 'ed17cf2e0169df9d443503ef94b23b33'],
};

function normalized(x: SymbolicTensor, name: string): SymbolicTensor {
  return batchNormalization({ epsilon: 1.001e-5, name }).apply(x);
}

function relu(x: SymbolicTensor, name: string): SymbolicTensor {
  return activationLayer({ activation: 'relu', name }).apply(x);
}

/** A block that normalizes after each convolution (version 1). */
function postActivated(x: SymbolicTensor, name: string, filters: number, strides: number, isFirst: boolean) {
  const shortcut = isFirst
    ? normalized(
        conv2d({ filters: 4 * filters, kernelSize: 1, strides, name: `${name}_0_conv` }).apply(x),
        `${name}_0_bn`,
      )
    : x;
  const reduced = conv2d({ filters, kernelSize: 1, strides, name: `${name}_1_conv` }).apply(x);
  const first = relu(normalized(reduced, `${name}_1_bn`), `${name}_1_relu`);
  const middle = conv2d({ filters, kernelSize: 3, padding: 'same', name: `${name}_2_conv` }).apply(first);
  const second = relu(normalized(middle, `${name}_2_bn`), `${name}_2_relu`);
  const widened = conv2d({ filters: 4 * filters, kernelSize: 1, name: `${name}_3_conv` }).apply(second);
  const sum = add({ name: `${name}_add` }).apply([shortcut, normalized(widened, `${name}_3_bn`)]);
  return relu(sum, `${name}_out`);
}

/** A block that normalizes before each convolution (version 2). */
function preActivated(x: SymbolicTensor, name: string, filters: number, strides: number, isFirst: boolean) {
  const active = relu(normalized(x, `${name}_preact_bn`), `${name}_preact_relu`);
  const shortcut = isFirst
    ? conv2d({ filters: 4 * filters, kernelSize: 1, strides, name: `${name}_0_conv` }).apply(active)
    : strides > 1
      ? maxPooling2d({ poolSize: 1, strides }).apply(x)
      : x;
  const reduced = conv2d({ filters, kernelSize: 1, useBias: false, name: `${name}_1_conv` }).apply(active);
  const first = relu(normalized(reduced, `${name}_1_bn`), `${name}_1_relu`);
  const padded = zeroPadding2d({ padding: 1, name: `${name}_2_pad` }).apply(first);
  const middle = conv2d({ filters, kernelSize: 3, strides, useBias: false, name: `${name}_2_conv` }).apply(padded);
  const second = relu(normalized(middle, `${name}_2_bn`), `${name}_2_relu`);
  const widened = conv2d({ filters: 4 * filters, kernelSize: 1, name: `${name}_3_conv` }).apply(second);
  return add({ name: `${name}_out` }).apply([shortcut, widened]);
}

/** Version 1 halves the images in the first block of a stack, version 2 in the last one. */
function stacked(x: SymbolicTensor, depth: Depth, version: 1 | 2): SymbolicTensor {
  return BLOCKS[depth].reduce<SymbolicTensor>((from, count, stack) => {
    let y = from;
    for (let block = 1; block <= count; block++) {
      const name = `conv${stack + 2}_block${block}`;
      const isFirst = block === 1;
      const halves = version === 1 ? isFirst && stack > 0 : block === count && stack < FILTERS.length - 1;
      const blockOf = version === 1 ? postActivated : preActivated;
      y = blockOf(y, name, FILTERS[stack], halves ? 2 : 1, isFirst);
    }
    return y;
  }, x);
}

function resNetArchitecture(depth: Depth, version: 1 | 2): Architecture {
  const name = `resnet${depth}${version === 2 ? 'v2' : ''}`;
  return {
    name,
    size: 224,
    minSize: 32,
    body: (images) => {
      const padded = zeroPadding2d({ padding: 3, name: 'conv1_pad' }).apply(images);
      const stem = conv2d({ filters: 64, kernelSize: 7, strides: 2, name: 'conv1_conv' }).apply(padded);
      const active = version === 1 ? relu(normalized(stem, 'conv1_bn'), 'conv1_relu') : stem;
      const poolPadded = zeroPadding2d({ padding: 1, name: 'pool1_pad' }).apply(active);
      const pooled = maxPooling2d({ poolSize: 3, strides: 2, name: 'pool1_pool' }).apply(poolPadded);
      const features = stacked(pooled, depth, version);
      return version === 1 ? features : relu(normalized(features, 'post_bn'), 'post_relu');
    },
    top: (features, { classes, activation }) => {
      const pooled = globalAveragePooling2d({ name: 'avg_pool' }).apply(features);
      return dense({ units: classes, activation, name: 'predictions' }).apply(pooled);
    },
    poolNames: { avg: 'avg_pool', max: 'max_pool' },
    published: withAndWithoutTop(`resnet/${name}`, DIGESTS[name]),
  };
}

function resNet(op: string, options: NetworkOptions, depth: Depth, version: 1 | 2): Promise<Functional> {
  return buildNetwork(op, readOptions(op, options, networkKinds), resNetArchitecture(depth, version));
}

/**
 * Creates ResNet50 (He et al., 2015, arXiv:1512.03385), a residual network of 50 layers. It
 * expects images of `preprocessInput(images, 'resNet50')`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.resNet50({ weights: null, includeTop: false, inputShape: [64, 64, 3] });
 * console.log(base.outputTypes?.[0].shape); // [null, 2, 2, 2048]
 * ```
 */
export async function resNet50(options: NetworkOptions = {}): Promise<Functional> {
  return resNet('resNet50', options, 50, 1);
}

/**
 * Creates ResNet101 (He et al., 2015, arXiv:1512.03385), a residual network of 101 layers. It
 * expects images of `preprocessInput(images, 'resNet101')`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.resNet101({ weights: null, includeTop: false, inputShape: [64, 64, 3] });
 * console.log(base.outputTypes?.[0].shape); // [null, 2, 2, 2048]
 * ```
 */
export async function resNet101(options: NetworkOptions = {}): Promise<Functional> {
  return resNet('resNet101', options, 101, 1);
}

/**
 * Creates ResNet152 (He et al., 2015, arXiv:1512.03385), a residual network of 152 layers. It
 * expects images of `preprocessInput(images, 'resNet152')`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.resNet152({ weights: null, includeTop: false, inputShape: [64, 64, 3] });
 * console.log(base.outputTypes?.[0].shape); // [null, 2, 2, 2048]
 * ```
 */
export async function resNet152(options: NetworkOptions = {}): Promise<Functional> {
  return resNet('resNet152', options, 152, 1);
}

/**
 * Creates ResNet50V2 (He et al., 2016, arXiv:1603.05027), a residual network of 50 layers. It
 * expects images of `preprocessInput(images, 'resNet50V2')`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.resNet50V2({ weights: null, includeTop: false, inputShape: [64, 64, 3] });
 * console.log(base.outputTypes?.[0].shape); // [null, 2, 2, 2048]
 * ```
 */
export async function resNet50V2(options: NetworkOptions = {}): Promise<Functional> {
  return resNet('resNet50V2', options, 50, 2);
}

/**
 * Creates ResNet101V2 (He et al., 2016, arXiv:1603.05027), a residual network of 101 layers. It
 * expects images of `preprocessInput(images, 'resNet101V2')`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.resNet101V2({ weights: null, includeTop: false, inputShape: [64, 64, 3] });
 * console.log(base.outputTypes?.[0].shape); // [null, 2, 2, 2048]
 * ```
 */
export async function resNet101V2(options: NetworkOptions = {}): Promise<Functional> {
  return resNet('resNet101V2', options, 101, 2);
}

/**
 * Creates ResNet152V2 (He et al., 2016, arXiv:1603.05027), a residual network of 152 layers. It
 * expects images of `preprocessInput(images, 'resNet152V2')`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.resNet152V2({ weights: null, includeTop: false, inputShape: [64, 64, 3] });
 * console.log(base.outputTypes?.[0].shape); // [null, 2, 2, 2048]
 * ```
 */
export async function resNet152V2(options: NetworkOptions = {}): Promise<Functional> {
  return resNet('resNet152V2', options, 152, 2);
}
