import { abs, add, div, maximum, mul, sub, zerosLike } from '@manabi/core';
import { decay, type KindsOf, notNegative, optional, readOptions } from '@manabi/errors';
import { biasCorrection } from './bias-correction.ts';
import { defineOptimizer } from './define-optimizer.ts';
import { approach } from './moving-average.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `adamax` and `nadam`. */
export interface AdamaxOptions extends OptimizerOptions {
  /** Decay of the average of gradients, in [0, 1) (default: 0.9). */
  readonly beta1?: number;
  /** Decay of the maximum (AdaMax) or the average of squares (Nadam) of gradients, in [0, 1) (default: 0.999). */
  readonly beta2?: number;
  /** Number added to the divisor of the update; avoids division by zero (default: 1e-7). */
  readonly epsilon?: number;
}

const kinds = {
  ...optimizerKinds(0.001),
  beta1: optional(decay, 0.9),
  beta2: optional(decay, 0.999),
  epsilon: optional(notNegative, 1e-7),
} satisfies KindsOf<AdamaxOptions>;

/**
 * Creates the AdaMax optimizer: Adam with a decaying maximum instead of the root mean square of gradients.
 *
 * At step t: `momentum = beta1 · momentum + (1 - beta1) · grad`, `norm = max(beta2 · norm, |grad|)`,
 * `param -= learningRate / (1 - beta1ᵗ) · momentum / (norm + epsilon)`.
 *
 * Source: D. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", 2015, section 7.1,
 * https://arxiv.org/abs/1412.6980.
 *
 * @throws ManabiError `argument` for a negative learning rate or epsilon, or a beta outside [0, 1)
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { adamax } from 'manabi/optimizers';
 *
 * const optimizer = adamax({ learningRate: 0.1 });
 * const weights = tensor([1, 2]);
 * const state = optimizer.init(weights);
 * console.log(await optimizer.update(weights, tensor([0.5, -0.5]), state).params.array()); // [0.9, 2.1]
 * ```
 */
export function adamax(options: AdamaxOptions = {}): Optimizer {
  const { beta1, beta2, epsilon, ...common } = readOptions('adamax', options, kinds);
  return defineOptimizer(
    {
      name: 'adamax',
      className: 'Adamax',
      config: { beta1, beta2, epsilon },
      slots: { momentum: zerosLike, norm: zerosLike },
      prepare: ({ learningRate, step }) => {
        const rate = div(learningRate, biasCorrection(beta1, step));
        return (param, grad, slots) => {
          const momentum = approach(slots.momentum, grad, beta1);
          const norm = maximum(mul(slots.norm, beta2), abs(grad));
          return { param: sub(param, div(mul(momentum, rate), add(norm, epsilon))), slots: { momentum, norm } };
        };
      },
    },
    common,
  );
}
