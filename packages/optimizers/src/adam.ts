import { add, div, maximum, mul, sqrt, square, sub, zerosLike } from '@manabi/core';
import { boolean, decay, type KindsOf, notNegative, optional, readOptions } from '@manabi/errors';
import { biasCorrection } from './bias-correction.ts';
import { defineOptimizer } from './define-optimizer.ts';
import { approach } from './moving-average.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `adam` and `adamw`. */
export interface AdamOptions extends OptimizerOptions {
  /** Weight of the past in the average of gradients. */
  readonly beta1?: number;
  /** Weight of the past in the average of squared gradients. */
  readonly beta2?: number;
  /** Keeps the division from 0; it stands outside of the bias correction, as in Keras. */
  readonly epsilon?: number;
  /** Whether to divide by the largest average of squares so far (Reddi et al., 2018). */
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
 * Adam (Kingma & Ba, 2015, https://arxiv.org/abs/1412.6980), in the form before its section 2.1 that Keras has:
 * param -= rate · √(1 - beta2ᵗ) / (1 - beta1ᵗ) · momentum / (√velocity + epsilon). With `amsgrad` as in Reddi et al., 2018
 * (https://arxiv.org/abs/1904.09237).
 *
 * @throws ManabiError `argument` for a negative learning rate or epsilon, or a beta that is not from 0 to below 1
 * @example `const optimizer = adam({ learningRate: 0.001 });`
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return adamNamed('adam', 'Adam', options);
}

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter, 2019, https://arxiv.org/abs/1711.05101): `adam` with a
 * `weightDecay` of 0.004 unless another is given.
 *
 * @throws ManabiError `argument` as `adam`
 * @example `const optimizer = adamw({ weightDecay: 0.01, excludeFromWeightDecay: (path) => path.endsWith('bias') });`
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
