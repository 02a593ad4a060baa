import { full, random, reshape, type Shape, type Tensor } from '@manabi/core';
import { eachOf, fraction, type Kind, listOf, number, oneOf, optional, wrongArgument } from '@manabi/errors';

/** Strength of an augmentation: a number, or the bounds `[low, high]` of an interval from which strengths are drawn. */
export type Factor = number | readonly number[];

/** Bounds of an interval. */
export type Interval = readonly [low: number, high: number];

/**
 * Returns a validator for factors, whose standard form is an interval.
 *
 * @param accepted validator of numbers and bounds
 * @param intervalOf interval that a single number stands for
 */
export function factorKind(accepted: Kind<number>, intervalOf: (factor: number) => Interval): Kind<Interval> {
  const bounds = listOf(accepted, { length: 2 });
  const expected = `${accepted.expected}, or an array [low, high] of two such numbers`;
  return {
    expected,
    accepts: (given) => accepted.accepts(given) || Array.isArray(given),
    read: (given, location) => {
      if (Array.isArray(given)) {
        const [first, second] = bounds.read(given, location);
        return [Math.min(first, second), Math.max(first, second)];
      }
      if (!accepted.accepts(given)) throw wrongArgument(location, expected, given);
      return intervalOf(accepted.read(given, location));
    },
  };
}

/** Interval from -f to f. */
export const symmetric = (factor: number): Interval => [-Math.abs(factor), Math.abs(factor)];

/** Interval from 0 to f. */
export const upTo = (factor: number): Interval => [Math.min(0, factor), Math.max(0, factor)];

/** Validator for factors in [-1, 1]; a number f stands for the interval [-f, f]. */
export const signedFactor: Kind<Interval> = factorKind(number({ min: -1, max: 1 }), symmetric);

/** Validator for factors in [0, 1]; a number f stands for the interval [0, f]. */
export const fractionFactor: Kind<Interval> = factorKind(fraction, upTo);

/** Lowest and highest value of pixels. */
const valueRangeKind: Kind<readonly number[]> = {
  ...listOf(number(), { length: 2 }),
  read: (given, location) => {
    const range = listOf(number(), { length: 2 }).read(given, location);
    if (range[0] === range[1]) throw wrongArgument(location, 'an array [low, high] of different numbers', given);
    return range[0] < range[1] ? range : [range[1], range[0]];
  },
};

/** Validator for the option `valueRange`, by default that of bytes. */
export const valueRangeOption: Kind<readonly number[]> = optional(valueRangeKind, [0, 255]);

/** Validator for the interpolation of geometric augmentations. */
export const interpolationOption: Kind<'nearest' | 'bilinear'> = optional(oneOf('nearest', 'bilinear'), 'bilinear');

/** Values beyond the edges of an image; see the option `fillMode`. */
export type FillMode = 'constant' | 'nearest' | 'wrap' | 'reflect';

/** Validator for the values beyond the edges of an image. */
export const fillModeOption: Kind<FillMode> = optional(oneOf('reflect', 'wrap', 'constant', 'nearest'), 'reflect');

/** Validator for two odd lengths of a kernel. */
export const kernelSizeKind: Kind<readonly number[]> = eachOf(
  {
    ...number({ min: 1, max: 65535 }),
    expected: 'an odd positive integer',
    read: (given, location) => {
      const length = number({ min: 1, max: 65535 }).read(given, location);
      if (length % 2 === 1) return length;
      throw wrongArgument(location, 'an odd positive integer', given);
    },
  },
  2,
);

/** Draws uniformly distributed floats from an interval; if both bounds are equal, exactly this number. */
export function drawn(key: Tensor, shape: Shape, [low, high]: readonly number[]): Tensor {
  if (low === high) return full(shape, low);
  return random.uniform(key, shape, { low, high });
}

/**
 * Draws for each image whether it is augmented. The probability is drawn from an interval for each image, too.
 */
export function drawnChoices(key: Tensor, count: number, interval: readonly number[]): Tensor {
  const [forProbability, forChoice] = random.split(key);
  return random.bernoulli(forChoice, drawn(forProbability, [count], interval));
}

/** Reshapes one value per image, [batch], to broadcast to the images. */
export function perImage(values: Tensor): Tensor {
  return reshape(values, [values.size, 1, 1, 1]);
}
