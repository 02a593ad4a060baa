import { add, div, maximum, mul, sqrt, square, sub, zerosLike } from '@manabi/core';
import { boolean, decay, type KindsOf, notNegative, optional, readOptions } from '@manabi/errors';
import { biasCorrection } from './bias-correction.ts';
import { defineOptimizer } from './define-optimizer.ts';
import { approach } from './moving-average.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `adam` and `adamw`. */
export interface AdamOptions extends OptimizerOptions {
  /** Decay of the average of gradients, in [0, 1) (default: 0.9). */
  readonly beta1?: number;
  /** Decay of the average of squared gradients, in [0, 1) (default: 0.999). */
  readonly beta2?: number;
  /** Number added to √velocity, before bias correction as in Keras; avoids division by zero (default: 1e-7). */
  readonly epsilon?: number;
  /** Whether to divide by the root of the largest `velocity` so far instead of the current one (default: false). */
  readonly amsgrad?: boolean;
}

const kinds = {
  ...optimizerKinds(0.001),
  beta1: optional(decay, 0.9),
  beta2: optional(decay, 0.999),
  epsilon: optional(notNegative, 1e-7),
  amsgrad: optional(boolean, false),
} satisfies KindsOf<AdamOptions>;

/**
 * Creates the Adam optimizer, which divides a moving average of gradients by the root of a moving average of their
 * squares.
 *
 * At step t: `momentum = beta1 · momentum + (1 - beta1) · grad`, `velocity = beta2 · velocity + (1 - beta2) · grad²`,
 * `param -= learningRate · √(1 - beta2ᵗ) / (1 - beta1ᵗ) · momentum / (√velocity + epsilon)`.
 * This is the form of the paper's section 2 that Keras uses: epsilon is added before bias correction.
 *
 * Sources: D. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", 2015, https://arxiv.org/abs/1412.6980;
 * for `amsgrad`: S. Reddi, S. Kale and S. Kumar, "On the Convergence of Adam and Beyond", 2018,
 * https://arxiv.org/abs/1904.09237.
 *
 * @throws ManabiError `argument` for a negative learning rate or epsilon, or a beta outside [0, 1)
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { adam } from 'manabi/optimizers';
 *
 * const optimizer = adam({ learningRate: 0.1 });
 * const weights = tensor([1, 2]);
 * const state = optimizer.init(weights);
 * console.log(await optimizer.update(weights, tensor([0.5, -0.5]), state).params.array()); // [0.9, 2.1]
 * ```
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return adamNamed('adam', 'Adam', options);
}

/**
 * Creates the AdamW optimizer: Adam with decoupled weight decay, by default a `weightDecay` of 0.004.
 *
 * Before each update of `adam`: `param -= learningRate · weightDecay · param`.
 *
 * Source: I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", 2019, https://arxiv.org/abs/1711.05101.
 *
 * @throws ManabiError `argument` under the same conditions as `adam()`
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { adamw } from 'manabi/optimizers';
 *
 * const optimizer = adamw({ learningRate: 1, weightDecay: 0.01, excludeFromWeightDecay: (path) => path.endsWith('bias') });
 * const params = { kernel: tensor([[1, 2]]), bias: tensor([1]) };
 * const grads = { kernel: tensor([[0, 0]]), bias: tensor([0]) };
 * const updated = optimizer.update(params, grads, optimizer.init(params)).params;
 * console.log(await updated.kernel.array()); // [[0.99, 1.98]]
 * console.log(await updated.bias.array()); // [1]
 * ```
 */
export function adamw(options: AdamOptions = {}): Optimizer {
  return adamNamed('adamw', 'AdamW', options, 0.004);
}

function adamNamed(name: string, className: string, options: AdamOptions, defaultDecay?: number): Optimizer {
  const { beta1, beta2, epsilon, amsgrad, ...common } = readOptions(name, options, kinds);
  return defineOptimizer(
    {
      name,
      className,
      config: { beta1, beta2, epsilon, amsgrad },
      slots: { momentum: zerosLike, velocity: zerosLike, ...(amsgrad && { velocityHat: zerosLike }) },
      prepare: ({ learningRate, step }) => {
        const correction = div(sqrt(biasCorrection(beta2, step)), biasCorrection(beta1, step));
        const rate = mul(learningRate, correction);
        return (param, grad, slots) => {
          const momentum = approach(slots.momentum, grad, beta1);
          const velocity = approach(slots.velocity, square(grad), beta2);
          const velocityHat = amsgrad ? maximum(slots.velocityHat, velocity) : velocity;
          return {
            param: sub(param, div(mul(momentum, rate), add(sqrt(velocityHat), epsilon))),
            slots: { momentum, velocity, ...(amsgrad && { velocityHat }) },
          };
        };
      },
    },
    { ...common, weightDecay: common.weightDecay ?? defaultDecay },
  );
}
