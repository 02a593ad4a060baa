import { add, div, mul, ones, power, sqrt, square, sub, type Tensor, zerosLike } from '@manabi/core';
import { decay, type KindsOf, notNegative, optional, readOptions } from '@manabi/errors';
import type { AdamaxOptions } from './adamax.ts';
import { biasCorrection } from './bias-correction.ts';
import { defineOptimizer } from './define-optimizer.ts';
import { approach } from './moving-average.ts';
import type { Optimizer } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `nadam`. */
export type NadamOptions = AdamaxOptions;

const kinds = {
  ...optimizerKinds(0.001),
  beta1: optional(decay, 0.9),
  beta2: optional(decay, 0.999),
  epsilon: optional(notNegative, 1e-7),
} satisfies KindsOf<NadamOptions>;

/**
 * Creates the Nadam optimizer: Adam with Nesterov momentum whose weight warms up.
 *
 * At step t, with `μₜ = beta1 · (1 - 0.96ᵗ / 2)` and `Pₜ = μ₁ · … · μₜ`, and momentum and velocity as in Adam:
 * `m = μₜ₊₁ · momentum / (1 - Pₜ₊₁) + (1 - μₜ) · grad / (1 - Pₜ)`,
 * `param -= learningRate · m / (√(velocity / (1 - beta2ᵗ)) + epsilon)`.
 *
 * Source: T. Dozat, "Incorporating Nesterov Momentum into Adam", 2016,
 * https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ.
 *
 * @throws ManabiError `argument` for a negative learning rate or epsilon, or a beta outside [0, 1)
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { nadam } from 'manabi/optimizers';
 *
 * const optimizer = nadam({ learningRate: 0.1 });
 * const weights = tensor([1, 2]);
 * const state = optimizer.init(weights);
 * console.log(await optimizer.update(weights, tensor([0.5, -0.5]), state).params.array()); // [0.8937, 2.1063]
 * ```
 */
export function nadam(options: NadamOptions = {}): Optimizer {
  const { beta1, beta2, epsilon, ...common } = readOptions('nadam', options, kinds);
  const weightAt = (step: Tensor): Tensor => mul(sub(1, mul(power(0.96, step), 0.5)), beta1);
  return defineOptimizer(
    {
      name: 'nadam',
      className: 'Nadam',
      config: { beta1, beta2, epsilon },
      // The product Pₜ has no closed form; each parameter stores its value so far as a scalar.
      slots: { momentum: zerosLike, velocity: zerosLike, weightProduct: ({ dtype }) => ones([], { dtype }) },
      prepare: ({ learningRate, step }) => {
        const weight = weightAt(step);
        const nextWeight = weightAt(add(step, 1));
        const velocityPart = biasCorrection(beta2, step);
        return (param, grad, slots) => {
          const momentum = approach(slots.momentum, grad, beta1);
          const velocity = approach(slots.velocity, square(grad), beta2);
          const weightProduct = mul(slots.weightProduct, weight);
          const momentumWeight = div(nextWeight, sub(1, mul(weightProduct, nextWeight)));
          const gradWeight = div(sub(1, weight), sub(1, weightProduct));
          const ahead = add(mul(momentum, momentumWeight), mul(grad, gradWeight));
          const size = add(sqrt(div(velocity, velocityPart)), epsilon);
          return {
            param: sub(param, div(mul(ahead, learningRate), size)),
            slots: { momentum, velocity, weightProduct },
          };
        };
      },
    },
    common,
  );
}
