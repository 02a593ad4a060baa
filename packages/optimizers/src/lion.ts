import { mul, sign, sub, zerosLike } from '@manabi/core';
import { decay, type KindsOf, optional, readOptions } from '@manabi/errors';
import { defineOptimizer } from './define-optimizer.ts';
import { blend } from './moving-average.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `lion`. */
export interface LionOptions extends OptimizerOptions {
  /** Weight of the stored momentum in the direction of the step, in [0, 1) (default: 0.9). */
  readonly beta1?: number;
  /** Decay of the stored momentum, in [0, 1) (default: 0.99). */
  readonly beta2?: number;
}

const kinds = {
  ...optimizerKinds(0.001),
  beta1: optional(decay, 0.9),
  beta2: optional(decay, 0.99),
} satisfies KindsOf<LionOptions>;

/**
 * Creates the Lion optimizer, which adds or subtracts exactly the learning rate to every element.
 *
 * `param -= learningRate · sign(beta1 · momentum + (1 - beta1) · grad)`, then
 * `momentum = beta2 · momentum + (1 - beta2) · grad`. Use a learning rate 3 to 10 times smaller than with Adam, and a
 * weight decay larger by the same factor.
 *
 * Source: X. Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023, https://arxiv.org/abs/2302.06675.
 *
 * @throws ManabiError `argument` for a negative learning rate, or a beta outside [0, 1)
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { lion } from 'manabi/optimizers';
 *
 * const optimizer = lion({ learningRate: 0.1 });
 * const weights = tensor([1, 2]);
 * const state = optimizer.init(weights);
 * console.log(await optimizer.update(weights, tensor([0.5, -0.2]), state).params.array()); // [0.9, 2.1]
 * ```
 */
export function lion(options: LionOptions = {}): Optimizer {
  const { beta1, beta2, ...common } = readOptions('lion', options, kinds);
  return defineOptimizer(
    {
      name: 'lion',
      className: 'Lion',
      config: { beta1, beta2 },
      slots: { momentum: zerosLike },
      prepare: (context) => (param, grad, slots) => ({
        param: sub(param, mul(sign(blend(slots.momentum, grad, beta1)), context.learningRate)),
        slots: { momentum: blend(slots.momentum, grad, beta2) },
      }),
    },
    common,
  );
}
