import { add, checkOptions, clip, div, fullLike, mul, power, square, sub, zerosLike } from '@manabi/core';
import { commonOptions } from './common-options.ts';
import { defineOptimizer } from './define-optimizer.ts';
import { check, checkNotNegative } from './hyperparameters.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';

/** Options of `ftrl`. */
export interface FtrlOptions extends OptimizerOptions {
  /** How the learning rate falls with the sum of squares: -0.5 for its root, 0 for not at all. */
  readonly learningRatePower?: number;
  /** What the sum of squared gradients begins with. */
  readonly initialAccumulatorValue?: number;
  /** Keeps parameters at 0 that are worth little. */
  readonly l1RegularizationStrength?: number;
  readonly l2RegularizationStrength?: number;
  /** As the strength before, but on the gradient: the sum of squares does not see it. */
  readonly l2ShrinkageRegularizationStrength?: number;
  /** The beta of the paper. */
  readonly beta?: number;
}

/**
 * Follow the regularized leader (McMahan et al., 2013, https://research.google/pubs/pub41159), for large and sparse linear
 * models: each parameter is solved for anew, from the sum of its gradients.
 *
 * @throws ManabiError `argument` for a negative learning rate, accumulator, beta or strength, or a power above 0
 * @example `const optimizer = ftrl({ learningRate: 0.05, l1RegularizationStrength: 0.01 });`
 */
export function ftrl(options: FtrlOptions = {}): Optimizer {
  checkOptions('ftrl', options, {
    ...commonOptions,
    learningRatePower: true,
    initialAccumulatorValue: true,
    l1RegularizationStrength: true,
    l2RegularizationStrength: true,
    l2ShrinkageRegularizationStrength: true,
    beta: true,
  });
  const { learningRate = 0.001, learningRatePower = -0.5, initialAccumulatorValue = 0.1, beta = 0 } = options;
  const { l1RegularizationStrength = 0, l2RegularizationStrength = 0, l2ShrinkageRegularizationStrength = 0 } = options;
  const strengths = { l1RegularizationStrength, l2RegularizationStrength, l2ShrinkageRegularizationStrength };
  checkNotNegative('ftrl', { initialAccumulatorValue, beta, ...strengths });
  check('ftrl', { learningRatePower }, (value) => value <= 0, 'must be a finite number, 0 or below');
  return defineOptimizer(
    {
      name: 'ftrl',
      className: 'Ftrl',
      config: { learningRatePower, initialAccumulatorValue, ...strengths, beta },
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
    { ...options, learningRate },
  );
}
