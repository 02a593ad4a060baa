import { mul, sign, sub, zerosLike } from '@manabi/core';
import { decay, type KindsOf, optional, readOptions } from '@manabi/errors';
import { defineOptimizer } from './define-optimizer.ts';
import { blend } from './moving-average.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `lion`. */
export interface LionOptions extends OptimizerOptions {
  /** Weight of the past in the direction of the step. */
  readonly beta1?: number;
  /** Weight of the past in the momentum that is kept. */
  readonly beta2?: number;
}

const kinds = {
  ...optimizerKinds(0.001),
  beta1: optional(decay, 0.9),
  beta2: optional(decay, 0.99),
} satisfies KindsOf<LionOptions>;

/**
 * Lion (Chen et al., 2023, https://arxiv.org/abs/2302.06675): every element moves by the learning rate, up or down. It
 * wants a learning rate 3 to 10 times below Adam's, and as much more weight decay.
 *
 * @throws ManabiError `argument` for a negative learning rate, or a beta that is not from 0 to below 1
 * @example `const optimizer = lion({ learningRate: 0.0001, weightDecay: 0.04 });`
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
