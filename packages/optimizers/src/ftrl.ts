import { add, clip, div, fullLike, mul, power, square, sub, zerosLike } from '@manabi/core';
import { type KindsOf, notNegative, number, optional, readOptions } from '@manabi/errors';
import { defineOptimizer } from './define-optimizer.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

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
 * Follow the regularized leader (McMahan et al., 2013, https://research.google/pubs/pub41159), for large and sparse linear
 * models: each parameter is solved for anew, from the sum of its gradients.
 *
 * @throws ManabiError `argument` for a negative learning rate, accumulator, beta or strength, or a power above 0
 * @example `const optimizer = ftrl({ learningRate: 0.05, l1RegularizationStrength: 0.01 });`
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
