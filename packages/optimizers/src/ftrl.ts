import { add, clip, div, fullLike, mul, power, square, sub, zerosLike } from '@manabi/core';
import { type KindsOf, notNegative, number, optional, readOptions } from '@manabi/errors';
import { defineOptimizer } from './define-optimizer.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `ftrl`. */
export interface FtrlOptions extends OptimizerOptions {
  /**
   * Exponent of the factor that the sum of squared gradients contributes to the learning rate: -0.5 divides the rate by
   * the root of the sum, 0 keeps the rate constant (default: -0.5).
   */
  readonly learningRatePower?: number;
  /** Initial value of the sum of squared gradients (default: 0.1). */
  readonly initialAccumulatorValue?: number;
  /** L1 penalty, which keeps unimportant parameters at 0 (default: 0). */
  readonly l1RegularizationStrength?: number;
  /** L2 penalty (default: 0). */
  readonly l2RegularizationStrength?: number;
  /** L2 penalty that is added to the gradient, but not to the sum of squared gradients (default: 0). */
  readonly l2ShrinkageRegularizationStrength?: number;
  /** The parameter beta in the formula of the paper (default: 0). */
  readonly beta?: number;
}

const kinds = {
  ...optimizerKinds(0.001),
  learningRatePower: optional(number({ max: 0 }), -0.5),
  initialAccumulatorValue: optional(notNegative, 0.1),
  l1RegularizationStrength: optional(notNegative, 0),
  l2RegularizationStrength: optional(notNegative, 0),
  l2ShrinkageRegularizationStrength: optional(notNegative, 0),
  beta: optional(notNegative, 0),
} satisfies KindsOf<FtrlOptions>;

/**
 * Creates the FTRL optimizer ("follow the regularized leader"), for large and sparse linear models.
 *
 * With `n` the sum of squared gradients and `p = -learningRatePower`:
 * `linear += grad - (n_newᵖ - n_oldᵖ) / learningRate · param`,
 * `param = (clip(linear, -l1, l1) - linear) / (n_newᵖ / learningRate + 2 · l2 + beta / learningRate)`.
 *
 * Source: H. B. McMahan et al., "Ad Click Prediction: a View from the Trenches", 2013,
 * https://research.google/pubs/pub41159.
 *
 * @throws ManabiError `argument` for a negative learning rate, accumulator, beta or strength, or a positive power
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { ftrl } from 'manabi/optimizers';
 *
 * const optimizer = ftrl({ learningRate: 0.1, l1RegularizationStrength: 0.01 });
 * const weights = tensor([1, 2]);
 * const state = optimizer.init(weights);
 * console.log(await optimizer.update(weights, tensor([0.5, -0.5]), state).params.array()); // [0.3793, 1.0138]
 * ```
 */
export function ftrl(options: FtrlOptions = {}): Optimizer {
  const {
    learningRatePower,
    initialAccumulatorValue,
    beta,
    l1RegularizationStrength,
    l2RegularizationStrength,
    l2ShrinkageRegularizationStrength,
    ...common
  } = readOptions('ftrl', options, kinds);
  return defineOptimizer(
    {
      name: 'ftrl',
      className: 'Ftrl',
      config: {
        learningRatePower,
        initialAccumulatorValue,
        l1RegularizationStrength,
        l2RegularizationStrength,
        l2ShrinkageRegularizationStrength,
        beta,
      },
      slots: { accumulator: (param) => fullLike(param, initialAccumulatorValue), linear: zerosLike },
      prepare: (context) => {
        const l2 = add(l2RegularizationStrength, div(beta / 2, context.learningRate));
        return (param, grad, slots) => {
          const accumulator = add(slots.accumulator, square(grad));
          const shrunk = add(grad, mul(param, 2 * l2ShrinkageRegularizationStrength));
          const [before, after] = [slots.accumulator, accumulator].map((sum) => power(sum, -learningRatePower));
          const linear = add(slots.linear, sub(shrunk, mul(div(sub(after, before), context.learningRate), param)));
          const quadratic = add(div(after, context.learningRate), mul(l2, 2));
          const beyond = sub(clip(linear, -l1RegularizationStrength, l1RegularizationStrength), linear);
          return { param: div(beyond, quadratic), slots: { accumulator, linear } };
        };
      },
    },
    common,
  );
}
