import { random, type Shape } from '@manabi/core';
import { type KindsOf, oneOf, optional, positive, readOptions } from '@manabi/errors';
import { seedKind } from '../structure/option-kinds.ts';
import { drawing, type Fans, type Initializer, type SeedOptions, seedKinds } from './initializer.ts';

/**
 * Number that `scale` is divided by: fan-in (inputs per output unit), fan-out (output units per input), or their mean.
 */
export type FanMode = 'fanIn' | 'fanOut' | 'fanAvg';

/** Distribution that `varianceScaling` draws from. */
export type Distribution = 'truncatedNormal' | 'untruncatedNormal' | 'uniform';

/** Options of `varianceScaling`. */
export interface VarianceScalingOptions extends SeedOptions {
  /** Numerator of the variance of the drawn values (default: 1). */
  readonly scale?: number;
  /** Denominator of the variance of the drawn values (default: `'fanIn'`). */
  readonly mode?: FanMode;
  /** Distribution that values are drawn from (default: `'truncatedNormal'`). */
  readonly distribution?: Distribution;
}

/** Standard deviation of a standard normal variable truncated at two deviations. */
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
 * Creates an initializer that draws with mean 0 and variance `scale / n`, where `n` is the number of inputs per output
 * unit (`fanIn`), of output units per input (`fanOut`), or the mean of both (`fanAvg`). The distribution has this
 * variance after truncation.
 *
 * @throws ManabiError `argument` if `scale` is not positive or another option is invalid
 * @example
 * ```ts
 * import { initializers, random, std } from 'manabi';
 *
 * const initializer = initializers.varianceScaling({ scale: 2, mode: 'fanOut' });
 * const kernel = initializer.draw(random.key(0), [50, 200], 'float32'); // √(2 / 200) = 0.1
 * console.log((await std(kernel).item()).toFixed(2)); // 0.10
 * ```
 */
export function varianceScaling(options: VarianceScalingOptions = {}): Initializer {
  const config = readOptions('varianceScaling', options, kinds);
  return drawing('VarianceScaling', config, drawScaled(config));
}

/**
 * Creates the Glorot (Xavier) uniform initializer: uniform on [-limit, limit], `limit = sqrt(6 / (fanIn + fanOut))`. It is
 * the default for the kernels of layers. Source: X. Glorot, Y. Bengio, "Understanding the difficulty of training deep
 * feedforward neural networks", 2010.
 *
 * @throws ManabiError `argument` for an invalid seed
 * @example
 * ```ts
 * import { initializers, max, random } from 'manabi';
 *
 * const kernel = initializers.glorotUniform().draw(random.key(0), [100, 500], 'float32'); // √(6 / (100 + 500)) = 0.1
 * console.log((await max(kernel).item()).toFixed(2)); // 0.10
 * ```
 */
export function glorotUniform(options: SeedOptions = {}): Initializer {
  const config = readOptions('glorotUniform', options, seedKinds);
  return drawing('GlorotUniform', config, drawScaled({ scale: 1, mode: 'fanAvg', distribution: 'uniform' }));
}

/**
 * Creates the Glorot (Xavier) normal initializer: truncated normal with variance `2 / (fanIn + fanOut)`. Source: X. Glorot,
 * Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
 *
 * @throws ManabiError `argument` for an invalid seed
 * @example
 * ```ts
 * import { initializers, random, std } from 'manabi';
 *
 * const kernel = initializers.glorotNormal().draw(random.key(0), [50, 150], 'float32'); // √(2 / (50 + 150)) = 0.1
 * console.log((await std(kernel).item()).toFixed(2)); // 0.10
 * ```
 */
export function glorotNormal(options: SeedOptions = {}): Initializer {
  const config = readOptions('glorotNormal', options, seedKinds);
  return drawing('GlorotNormal', config, drawScaled({ scale: 1, mode: 'fanAvg', distribution: 'truncatedNormal' }));
}

/**
 * Creates the He (Kaiming) uniform initializer: uniform on [-limit, limit], `limit = sqrt(6 / fanIn)`. Source: K. He et al.,
 * "Delving deep into rectifiers", 2015.
 *
 * @throws ManabiError `argument` for an invalid seed
 * @example
 * ```ts
 * import { initializers, max, random } from 'manabi';
 *
 * const kernel = initializers.heUniform().draw(random.key(0), [600, 50], 'float32'); // √(6 / 600) = 0.1
 * console.log((await max(kernel).item()).toFixed(2)); // 0.10
 * ```
 */
export function heUniform(options: SeedOptions = {}): Initializer {
  const config = readOptions('heUniform', options, seedKinds);
  return drawing('HeUniform', config, drawScaled({ scale: 2, mode: 'fanIn', distribution: 'uniform' }));
}

/**
 * Creates the He (Kaiming) normal initializer: truncated normal with variance `2 / fanIn`. Source: K. He et al., "Delving
 * deep into rectifiers", 2015.
 *
 * @throws ManabiError `argument` for an invalid seed
 * @example
 * ```ts
 * import { initializers, random, std } from 'manabi';
 *
 * const kernel = initializers.heNormal().draw(random.key(0), [200, 50], 'float32'); // √(2 / 200) = 0.1
 * console.log((await std(kernel).item()).toFixed(2)); // 0.10
 * ```
 */
export function heNormal(options: SeedOptions = {}): Initializer {
  const config = readOptions('heNormal', options, seedKinds);
  return drawing('HeNormal', config, drawScaled({ scale: 2, mode: 'fanIn', distribution: 'truncatedNormal' }));
}

/**
 * Creates the LeCun uniform initializer: uniform on [-limit, limit], `limit = sqrt(3 / fanIn)`. Source: Y. LeCun et al.,
 * "Efficient BackProp", 1998.
 *
 * @throws ManabiError `argument` for an invalid seed
 * @example
 * ```ts
 * import { initializers, max, random } from 'manabi';
 *
 * const kernel = initializers.lecunUniform().draw(random.key(0), [300, 50], 'float32'); // √(3 / 300) = 0.1
 * console.log((await max(kernel).item()).toFixed(2)); // 0.10
 * ```
 */
export function lecunUniform(options: SeedOptions = {}): Initializer {
  const config = readOptions('lecunUniform', options, seedKinds);
  return drawing('LecunUniform', config, drawScaled({ scale: 1, mode: 'fanIn', distribution: 'uniform' }));
}

/**
 * Creates the LeCun normal initializer: truncated normal with variance `1 / fanIn`. It suits the activation `selu`. Sources:
 * Y. LeCun et al., "Efficient BackProp", 1998; G. Klambauer et al., "Self-normalizing neural networks", 2017.
 *
 * @throws ManabiError `argument` for an invalid seed
 * @example
 * ```ts
 * import { initializers, random, std } from 'manabi';
 *
 * const kernel = initializers.lecunNormal().draw(random.key(0), [100, 50], 'float32'); // √(1 / 100) = 0.1
 * console.log((await std(kernel).item()).toFixed(2)); // 0.10
 * ```
 */
export function lecunNormal(options: SeedOptions = {}): Initializer {
  const config = readOptions('lecunNormal', options, seedKinds);
  return drawing('LecunNormal', config, drawScaled({ scale: 1, mode: 'fanIn', distribution: 'truncatedNormal' }));
}

/**
 * Returns fan-in and fan-out for the shape of a kernel: [inputs, outputs] for a matrix; [...window, inputs, outputs]
 * for a convolution, where both are multiplied by the number of positions in the window.
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
