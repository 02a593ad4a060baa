import { add, mul, sub, zerosLike } from '@manabi/core';
import { boolean, fraction, type KindsOf, optional, readOptions } from '@manabi/errors';
import { defineOptimizer } from './define-optimizer.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `sgd`. */
export interface SgdOptions extends OptimizerOptions {
  /** Fraction of the velocity that each step keeps, in [0, 1] (default: 0). */
  readonly momentum?: number;
  /** Whether to use Nesterov momentum (default: false). */
  readonly nesterov?: boolean;
}

const kinds = {
  ...optimizerKinds(0.01),
  momentum: optional(fraction, 0),
  nesterov: optional(boolean, false),
} satisfies KindsOf<SgdOptions>;

/**
 * Creates the SGD optimizer: stochastic gradient descent, optionally with momentum or Nesterov momentum.
 *
 * Without momentum: `param -= learningRate · grad`. With momentum: `velocity = momentum · velocity - learningRate ·
 * grad` and `param += velocity`. With `nesterov`, the second formula is `param += momentum · velocity - learningRate ·
 * grad`. As in Keras, the learning rate is part of the velocity.
 *
 * Sources: B. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; for `nesterov`:
 * I. Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013,
 * https://proceedings.mlr.press/v28/sutskever13.html.
 *
 * @throws ManabiError `argument` for a negative learning rate, or a momentum outside [0, 1]
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { sgd } from 'manabi/optimizers';
 *
 * const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
 * const weights = tensor([1, 2]);
 * const state = optimizer.init(weights);
 * console.log(await optimizer.update(weights, tensor([0.5, -0.5]), state).params.array()); // [0.95, 2.05]
 * ```
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
