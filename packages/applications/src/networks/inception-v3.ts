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
} from '@manabi/layers/layers';
import type { Architecture } from '../build/architecture.ts';
import { buildNetwork } from '../build/build-network.ts';
import { type NetworkOptions, networkKinds } from '../build/network-options.ts';
import { withAndWithoutTop } from '../weights/published.ts';

/** A convolution: filters, height and width of the kernel, and whether it halves the images without padding. */
type Step = readonly [filters: number, height: number, width: number, halves?: 'halves'];

function convolved(
  x: SymbolicTensor,
  filters: number,
  kernelSize: readonly [number, number],
  strides = 1,
  padding: 'same' | 'valid' = 'same',
) {
  const convolution = conv2d({ filters, kernelSize, strides, padding, useBias: false }).apply(x);
  return activationLayer({ activation: 'relu' }).apply(batchNormalization({ scale: false }).apply(convolution));
}

/** Applies convolutions one after the other. */
function branch(x: SymbolicTensor, steps: readonly Step[]): SymbolicTensor {
  return steps.reduce(
    (y, [filters, height, width, halves]) =>
      halves === undefined
        ? convolved(y, filters, [height, width])
        : convolved(y, filters, [height, width], 2, 'valid'),
    x,
  );
}

function averageBranch(x: SymbolicTensor, filters: number): SymbolicTensor {
  const pooled = averagePooling2d({ poolSize: 3, strides: 1, padding: 'same' }).apply(x);
  return convolved(pooled, filters, [1, 1]);
}

function halved(x: SymbolicTensor): SymbolicTensor {
  return maxPooling2d({ poolSize: 3, strides: 2 }).apply(x);
}

function joined(branches: readonly SymbolicTensor[], name?: string): SymbolicTensor {
  return concatenate({ name }).apply(branches);
}

/** Applies convolutions in parallel, and an average pooling. */
function mixed(x: SymbolicTensor, name: string, branches: readonly (readonly Step[])[], pooledFilters: number) {
  return joined([...branches.map((steps) => branch(x, steps)), averageBranch(x, pooledFilters)], name);
}

/** Applies convolutions that halve the images in parallel, and a maximum pooling. */
function reduction(x: SymbolicTensor, name: string, branches: readonly (readonly Step[])[]): SymbolicTensor {
  return joined([...branches.map((steps) => branch(x, steps)), halved(x)], name);
}

/** Branches of the modules of 35 × 35 positions. */
const WIDE: readonly (readonly Step[])[] = [
  [[64, 1, 1]],
  [
    [48, 1, 1],
    [64, 5, 5],
  ],
  [
    [64, 1, 1],
    [96, 3, 3],
    [96, 3, 3],
  ],
];

/** Returns the branches of the modules of 17 × 17 positions, with a number of inner filters. */
function factorized(inner: number): readonly (readonly Step[])[] {
  return [
    [[192, 1, 1]],
    [
      [inner, 1, 1],
      [inner, 1, 7],
      [192, 7, 1],
    ],
    [
      [inner, 1, 1],
      [inner, 7, 1],
      [inner, 1, 7],
      [inner, 7, 1],
      [192, 1, 7],
    ],
  ];
}

/** A module of 8 × 8 positions, in which branches end with two parallel convolutions. */
function expanded(x: SymbolicTensor, index: number): SymbolicTensor {
  const forked = (y: SymbolicTensor, name?: string): SymbolicTensor =>
    joined([convolved(y, 384, [1, 3]), convolved(y, 384, [3, 1])], name);
  const first = convolved(x, 320, [1, 1]);
  const second = forked(convolved(x, 384, [1, 1]), `mixed9_${index}`);
  const third = forked(
    branch(x, [
      [448, 1, 1],
      [384, 3, 3],
    ]),
  );
  return joined([first, second, third, averageBranch(x, 192)], `mixed${9 + index}`);
}

function body(images: SymbolicTensor): SymbolicTensor {
  let x = convolved(images, 32, [3, 3], 2, 'valid');
  x = convolved(x, 32, [3, 3], 1, 'valid');
  x = halved(convolved(x, 64, [3, 3]));
  x = convolved(x, 80, [1, 1], 1, 'valid');
  x = halved(convolved(x, 192, [3, 3], 1, 'valid'));
  [32, 64, 64].forEach((filters, i) => {
    x = mixed(x, `mixed${i}`, WIDE, filters);
  });
  x = reduction(x, 'mixed3', [
    [[384, 3, 3, 'halves']],
    [
      [64, 1, 1],
      [96, 3, 3],
      [96, 3, 3, 'halves'],
    ],
  ]);
  [128, 160, 160, 192].forEach((inner, i) => {
    x = mixed(x, `mixed${i + 4}`, factorized(inner), 192);
  });
  x = reduction(x, 'mixed8', [
    [
      [192, 1, 1],
      [320, 3, 3, 'halves'],
    ],
    [
      [192, 1, 1],
      [192, 1, 7],
      [192, 7, 1],
      [192, 3, 3, 'halves'],
    ],
  ]);
  return expanded(expanded(x, 0), 1);
}

const architecture: Architecture = {
  name: 'inception_v3',
  size: 299,
  minSize: 75,
  body,
  top: (features, { classes, activation }) => {
    const pooled = globalAveragePooling2d({ name: 'avg_pool' }).apply(features);
    return dense({ units: classes, activation, name: 'predictions' }).apply(pooled);
  },
  published: withAndWithoutTop('inception_v3/inception_v3', [
    '9a0d58056eeedaa3f26cb7ebd46da564',
    'bcbd6486424b2319ff4ef7d526e38f63',
  ]),
};

/**
 * Creates InceptionV3 (Szegedy et al., 2015, arXiv:1512.00567), for images of 299 pixels, at least 75. It expects images of
 * `preprocessInput(images, 'inceptionV3')`.
 *
 * @throws ManabiError `argument` for invalid options
 * @throws FileError the codes of downloading and loading weights
 * @example
 * ```ts
 * import { applications } from 'manabi';
 *
 * const base = await applications.inceptionV3({ weights: null, includeTop: false, inputShape: [75, 75, 3] });
 * console.log(base.outputTypes?.[0].shape); // [null, 1, 1, 2048]
 * ```
 */
export async function inceptionV3(options: NetworkOptions = {}): Promise<Functional> {
  return buildNetwork('inceptionV3', readOptions('inceptionV3', options, networkKinds), architecture);
}
