import { add, div, greater, logicalAnd, mul, norm, sqrt, square, sub, where, zerosLike } from '@manabi/core';
import { decay, type KindsOf, notNegative, optional, readOptions } from '@manabi/errors';
import { biasCorrection } from './bias-correction.ts';
import { defineOptimizer } from './define-optimizer.ts';
import { approach } from './moving-average.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `lamb`. */
export interface LambOptions extends OptimizerOptions {
  /** Weight of the past in the average of gradients. */
  readonly beta1?: number;
  /** Weight of the past in the average of squared gradients. */
  readonly beta2?: number;
  /** Keeps the division from 0. */
  readonly epsilon?: number;
}

const kinds = {
  ...optimizerKinds(0.001),
  beta1: optional(decay, 0.9),
  beta2: optional(decay, 0.999),
  epsilon: optional(notNegative, 1e-7),
} satisfies KindsOf<LambOptions>;

/**
 * LAMB (You et al., 2020, https://arxiv.org/abs/1904.00962), for large batches: Adam's step, of which each parameter takes
 * as much as the norm of the parameter is of the norm of the step.
 *
 * @throws ManabiError `argument` for a negative learning rate or epsilon, or a beta that is not from 0 to below 1
 * @example `const optimizer = lamb({ learningRate: 0.002, weightDecay: 0.01 });`
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
          const [ofParam, ofStep] = [norm(param), norm(step)];
          const areThere = logicalAnd(greater(ofParam, 0), greater(ofStep, 0));
          const trust = where(areThere, div(ofParam, where(areThere, ofStep, 1)), 1);
          return { param: sub(param, mul(step, mul(trust, context.learningRate))), slots: { momentum, velocity } };
        };
      },
    },
    common,
  );
}
