import { initializers, type SymbolicTensor } from '@manabi/layers';
import {
  activation as activationLayer,
  add,
  batchNormalization,
  conv2d,
  dense,
  dropout,
  globalAveragePooling2d,
  multiply,
  reshape,
} from '@manabi/layers/layers';
import type { Head } from '../build/architecture.ts';
import { channelsOf } from '../build/symbols.ts';

/** Initial kernels of all convolutions of EfficientNet. */
export function convolutionInitializer() {
  return initializers.varianceScaling({ scale: 2, mode: 'fanOut', distribution: 'truncatedNormal' });
}

/** Applies a convolution without bias. */
export function convolution(x: SymbolicTensor, filters: number, kernelSize: number, strides: number, name: string) {
  const kernelInitializer = convolutionInitializer();
  const options = { filters, kernelSize, strides, useBias: false, kernelInitializer, name };
  return conv2d({ ...options, padding: 'same' }).apply(x);
}

/** Applies batch normalization. */
export function normalized(x: SymbolicTensor, momentum: number, name: string): SymbolicTensor {
  return batchNormalization({ momentum, name }).apply(x);
}

/** Applies the activation swish. */
export function swish(x: SymbolicTensor, name: string): SymbolicTensor {
  return activationLayer({ activation: 'silu', name }).apply(x);
}

/**
 * Weights the channels by a small network of their averages.
 *
 * @param reduced number of features of the small network
 */
export function squeezeAndExcite(x: SymbolicTensor, reduced: number, prefix: string): SymbolicTensor {
  const filters = channelsOf(x);
  const kernelInitializer = convolutionInitializer();
  const options = { kernelSize: 1, padding: 'same', kernelInitializer } as const;
  const squeezed = globalAveragePooling2d({ name: `${prefix}se_squeeze` }).apply(x);
  const shaped = reshape({ targetShape: [1, 1, filters], name: `${prefix}se_reshape` }).apply(squeezed);
  const small = conv2d({ ...options, filters: reduced, activation: 'silu', name: `${prefix}se_reduce` }).apply(shaped);
  const weights = conv2d({ ...options, filters, activation: 'sigmoid', name: `${prefix}se_expand` }).apply(small);
  return multiply({ name: `${prefix}se_excite` }).apply([x, weights]);
}

/** Adds the input of a block to its result, which training drops for some samples. */
export function withShortcut(x: SymbolicTensor, input: SymbolicTensor, dropRate: number, prefix: string) {
  const noiseShape = [null, 1, 1, 1];
  const dropped = dropRate > 0 ? dropout({ rate: dropRate, noiseShape, name: `${prefix}drop` }).apply(x) : x;
  return add({ name: `${prefix}add` }).apply([dropped, input]);
}

/** Applies the classifier. */
export function efficientTop(features: SymbolicTensor, { classes, activation }: Head, dropRate: number) {
  const pooled = globalAveragePooling2d({ name: 'avg_pool' }).apply(features);
  const dropped = dropRate > 0 ? dropout({ rate: dropRate, name: 'top_dropout' }).apply(pooled) : pooled;
  const kernelInitializer = initializers.varianceScaling({ scale: 1 / 3, mode: 'fanOut', distribution: 'uniform' });
  return dense({ units: classes, activation, kernelInitializer, name: 'predictions' }).apply(dropped);
}

/** Returns the name of the blocks of a group: `block1a_`, `block1b_`, … */
export function blockName(group: number, block: number): string {
  return `block${group + 1}${String.fromCharCode('a'.charCodeAt(0) + block)}_`;
}
