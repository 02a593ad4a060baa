import { add, div, greater, logicalAnd, mul, norm, sqrt, square, sub, where, zerosLike } from '@manabi/core';
import { decay, type KindsOf, notNegative, optional, readOptions } from '@manabi/errors';
import { biasCorrection } from './bias-correction.ts';
import { defineOptimizer } from './define-optimizer.ts';
import { approach } from './moving-average.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `lamb`. */
export interface LambOptions extends OptimizerOptions {
  /** Decay of the average of gradients, in [0, 1) (default: 0.9). */
  readonly beta1?: number;
  /** Decay of the average of squared gradients, in [0, 1) (default: 0.999). */
  readonly beta2?: number;
  /** Number added to the divisor of the step; avoids division by zero (default: 1e-7). */
  readonly epsilon?: number;
}

const kinds = {
  ...optimizerKinds(0.001),
  beta1: optional(decay, 0.9),
  beta2: optional(decay, 0.999),
  epsilon: optional(notNegative, 1e-7),
} satisfies KindsOf<LambOptions>;

/**
 * Creates the LAMB optimizer, for large batches: Adam's step, scaled to the norm of each parameter.
 *
 * `step = (momentum / (1 - beta1ᵗ)) / (√(velocity / (1 - beta2ᵗ)) + epsilon)` as in Adam at step t, and
 * `param -= learningRate · ‖param‖ / ‖step‖ · step`; the ratio is 1 where either norm is 0.
 *
 * Source: Y. You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", 2020,
 * https://arxiv.org/abs/1904.00962.
 *
 * @throws ManabiError `argument` for a negative learning rate or epsilon, or a beta outside [0, 1)
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { lamb } from 'manabi/optimizers';
 *
 * const optimizer = lamb({ learningRate: 0.1 });
 * const weights = tensor([1, 2]);
 * const state = optimizer.init(weights);
 * console.log(await optimizer.update(weights, tensor([0.5, -0.5]), state).params.array()); // [0.8419, 2.1581]
 * ```
 */
export function lamb(options: LambOptions = {}): Optimizer {
  const { beta1, beta2, epsilon, ...common } = readOptions('lamb', options, kinds);
  return defineOptimizer(
    {
      name: 'lamb',
      className: 'Lamb',
      config: { beta1, beta2, epsilon },
      slots: { momentum: zerosLike, velocity: zerosLike },
      prepare: (context) => {
        const momentumPart = biasCorrection(beta1, context.step);
        const velocityPart = biasCorrection(beta2, context.step);
        return (param, grad, slots) => {
          const momentum = approach(slots.momentum, grad, beta1);
          const velocity = approach(slots.velocity, square(grad), beta2);
          const step = div(div(momentum, momentumPart), add(sqrt(div(velocity, velocityPart)), epsilon));
          const [paramNorm, stepNorm] = [norm(param), norm(step)];
          const areNonzero = logicalAnd(greater(paramNorm, 0), greater(stepNorm, 0));
          const trust = where(areNonzero, div(paramNorm, where(areNonzero, stepNorm, 1)), 1);
          return { param: sub(param, mul(step, mul(trust, context.learningRate))), slots: { momentum, velocity } };
        };
      },
    },
    common,
  );
}
