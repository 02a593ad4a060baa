import { add, mul, sub, zerosLike } from '@manabi/core';
import { boolean, fraction, type KindsOf, optional, readOptions } from '@manabi/errors';
import { defineOptimizer } from './define-optimizer.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `sgd`. */
export interface SgdOptions extends OptimizerOptions {
  /** Part of the last movement that goes on. */
  readonly momentum?: number;
  /** Whether to look ahead: to move by what the next momentum would be. */
  readonly nesterov?: boolean;
}

const kinds = {
  ...optimizerKinds(0.01),
  momentum: optional(fraction, 0),
  nesterov: optional(boolean, false),
} satisfies KindsOf<SgdOptions>;

/**
 * Gradient descent, with momentum (Polyak, 1964) or Nesterov's (Sutskever et al., 2013,
 * https://proceedings.mlr.press/v28/sutskever13.html). As in Keras the learning rate is part of the velocity:
 * velocity = momentum · velocity - learningRate · grad, and the parameter moves by the velocity, or with `nesterov` by
 * momentum · velocity - learningRate · grad.
 *
 * @throws ManabiError `argument` for a negative learning rate, or a momentum that is not from 0 to 1
 * @example `const optimizer = sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true });`
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { momentum, nesterov, ...common } = readOptions('sgd', options, kinds);
  return defineOptimizer(
    {
      name: 'sgd',
      className: 'SGD',
      config: { momentum, nesterov },
      slots: momentum === 0 ? {} : { momentum: zerosLike },
      prepare: (context) => (param, grad, slots) => {
        const step = mul(grad, context.learningRate);
        if (momentum === 0) return { param: sub(param, step), slots };
        const velocity = sub(mul(slots.momentum, momentum), step);
        const movement = nesterov ? sub(mul(velocity, momentum), step) : velocity;
        return { param: add(param, movement), slots: { momentum: velocity } };
      },
    },
    common,
  );
}
