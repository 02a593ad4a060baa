import { abs, add, div, maximum, mul, sub, zerosLike } from '@manabi/core';
import { decay, type KindsOf, notNegative, optional, readOptions } from '@manabi/errors';
import { biasCorrection } from './bias-correction.ts';
import { defineOptimizer } from './define-optimizer.ts';
import { approach } from './moving-average.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `adamax` and `nadam`. */
export interface AdamaxOptions extends OptimizerOptions {
  /** Weight of the past in the average of gradients. */
  readonly beta1?: number;
  /** Weight of the past in the measure of their size. */
  readonly beta2?: number;
  /** Keeps the division from 0. */
  readonly epsilon?: number;
}

const kinds = {
  ...optimizerKinds(0.001),
  beta1: optional(decay, 0.9),
  beta2: optional(decay, 0.999),
  epsilon: optional(notNegative, 1e-7),
} satisfies KindsOf<AdamaxOptions>;

/**
 * AdaMax: Adam with the largest magnitude, which fades by beta2, in place of the root mean square (Kingma & Ba, 2015,
 * section 7.1, https://arxiv.org/abs/1412.6980).
 *
 * @throws ManabiError `argument` for a negative learning rate or epsilon, or a beta that is not from 0 to below 1
 * @example `const optimizer = adamax({ learningRate: 0.002 });`
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
