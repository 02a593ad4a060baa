import { random, type Shape } from '@manabi/core';
import { type KindsOf, oneOf, optional, positive, readOptions } from '@manabi/errors';
import { seedKind } from '../structure/option-kinds.ts';
import { drawing, type Fans, type Initializer, type SeedOptions, seedKinds } from './initializer.ts';

/** What the scale is divided by. */
export type FanMode = 'fanIn' | 'fanOut' | 'fanAvg';

/** How values are spread. */
export type Distribution = 'truncatedNormal' | 'untruncatedNormal' | 'uniform';

/** What `varianceScaling` takes. */
export interface VarianceScalingOptions extends SeedOptions {
  /** By default 1. */
  readonly scale?: number;
  /** By default `fanIn`. */
  readonly mode?: FanMode;
  /** By default `truncatedNormal`. */
  readonly distribution?: Distribution;
}

/** Deviation of a normal variable that is cut off at two deviations. */
const TRUNCATED_DEVIATION = 0.87962566103423978;

const divisors: { readonly [K in FanMode]: (fans: Fans) => number } = {
  fanIn: (fans) => fans.in,
  fanOut: (fans) => fans.out,
  fanAvg: (fans) => (fans.in + fans.out) / 2,
};

const draws: { readonly [K in Distribution]: (variance: number) => Initializer['draw'] } = {
  truncatedNormal: (variance) => (key, shape, dtype) =>
    random.truncatedNormal(key, shape, { std: Math.sqrt(variance) / TRUNCATED_DEVIATION, dtype }),
  untruncatedNormal: (variance) => (key, shape, dtype) =>
    random.normal(key, shape, { std: Math.sqrt(variance), dtype }),
  uniform: (variance) => (key, shape, dtype) => {
    const limit = Math.sqrt(3 * variance);
    return random.uniform(key, shape, { low: -limit, high: limit, dtype });
  },
};

const kinds = {
  scale: optional(positive, 1),
  mode: optional(oneOf('fanIn', 'fanOut', 'fanAvg'), 'fanIn'),
  distribution: optional(oneOf('truncatedNormal', 'untruncatedNormal', 'uniform'), 'truncatedNormal'),
  seed: optional(seedKind, null),
} satisfies KindsOf<VarianceScalingOptions>;

/**
 * Floats whose variance is a scale over the number of inputs, outputs, or both, of a unit. Truncated normals are widened
 * so that the variance is right after the truncation.
 *
 * @throws ManabiError `argument` for a scale that is not positive, or unknown words
 */
export function varianceScaling(options: VarianceScalingOptions = {}): Initializer {
  const config = readOptions('varianceScaling', options, kinds);
  return drawing('VarianceScaling', config, drawScaled(config));
}

/** Uniform, variance 2 / (inputs + outputs): Glorot, Bengio, 2010. What layers take unless they are told otherwise. */
export function glorotUniform(options: SeedOptions = {}): Initializer {
  const config = readOptions('glorotUniform', options, seedKinds);
  return drawing('GlorotUniform', config, drawScaled({ scale: 1, mode: 'fanAvg', distribution: 'uniform' }));
}

/** Truncated normal, variance 2 / (inputs + outputs): Glorot, Bengio, 2010. */
export function glorotNormal(options: SeedOptions = {}): Initializer {
  const config = readOptions('glorotNormal', options, seedKinds);
  return drawing('GlorotNormal', config, drawScaled({ scale: 1, mode: 'fanAvg', distribution: 'truncatedNormal' }));
}

/** Uniform, variance 2 / inputs: He et al., 2015. */
export function heUniform(options: SeedOptions = {}): Initializer {
  const config = readOptions('heUniform', options, seedKinds);
  return drawing('HeUniform', config, drawScaled({ scale: 2, mode: 'fanIn', distribution: 'uniform' }));
}

/** Truncated normal, variance 2 / inputs: He et al., 2015. */
export function heNormal(options: SeedOptions = {}): Initializer {
  const config = readOptions('heNormal', options, seedKinds);
  return drawing('HeNormal', config, drawScaled({ scale: 2, mode: 'fanIn', distribution: 'truncatedNormal' }));
}

/** Uniform, variance 1 / inputs: LeCun et al., 1998. */
export function lecunUniform(options: SeedOptions = {}): Initializer {
  const config = readOptions('lecunUniform', options, seedKinds);
  return drawing('LecunUniform', config, drawScaled({ scale: 1, mode: 'fanIn', distribution: 'uniform' }));
}

/** Truncated normal, variance 1 / inputs: LeCun et al., 1998; for selu (Klambauer et al., 2017). */
export function lecunNormal(options: SeedOptions = {}): Initializer {
  const config = readOptions('lecunNormal', options, seedKinds);
  return drawing('LecunNormal', config, drawScaled({ scale: 1, mode: 'fanIn', distribution: 'truncatedNormal' }));
}

/**
 * Number of inputs and outputs of a unit, by the shape of its weights: those of a matrix are its axes; a convolution's
 * kernel, `[...window, inputs, outputs]`, counts each cell of the window.
 */
export function fansOf(shape: Shape): Fans {
  if (shape.length === 0) return { in: 1, out: 1 };
  if (shape.length === 1) return { in: shape[0], out: shape[0] };
  const [inputs, outputs] = shape.slice(-2);
  const window = shape.slice(0, -2).reduce((product, length) => product * length, 1);
  return { in: inputs * window, out: outputs * window };
}

type Parts = Required<Pick<VarianceScalingOptions, 'scale' | 'mode' | 'distribution'>>;

function drawScaled({ scale, mode, distribution }: Parts): Initializer['draw'] {
  return (key, shape, dtype, fans) => {
    const variance = scale / Math.max(1, divisors[mode](fans ?? fansOf(shape)));
    return draws[distribution](variance)(key, shape, dtype);
  };
}
