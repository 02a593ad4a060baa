import { add, div, mul, sqrt, square, sub, zerosLike } from '@manabi/core';
import { boolean, decay, type KindsOf, notNegative, optional, readOptions } from '@manabi/errors';
import { defineOptimizer } from './define-optimizer.ts';
import { blend } from './moving-average.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `rmsprop`. */
export interface RmspropOptions extends OptimizerOptions {
  /** Weight of the past in the average of squared gradients. */
  readonly rho?: number;
  /** Part of the last movement that goes on. */
  readonly momentum?: number;
  /** Keeps the division from 0; it stands inside of the root, as in Keras. */
  readonly epsilon?: number;
  /** Whether to divide by the estimated standard deviation in place of the root mean square (Graves, 2013). */
  readonly centered?: boolean;
}

const kinds = {
  ...optimizerKinds(0.001),
  rho: optional(decay, 0.9),
  momentum: optional(decay, 0),
  epsilon: optional(notNegative, 1e-7),
  centered: optional(boolean, false),
} satisfies KindsOf<RmspropOptions>;

/**
 * RMSprop (Tieleman & Hinton, 2012, lecture 6.5 of Neural Networks for Machine Learning; centered as in Graves, 2013,
 * https://arxiv.org/abs/1308.0850): the gradient over √(velocity + epsilon), where velocity is the average of its squares,
 * with `centered` less the square of its average.
 *
 * @throws ManabiError `argument` for a negative learning rate or epsilon, or a rho or momentum that is not from 0 to
 * below 1
 * @example `const optimizer = rmsprop({ learningRate: 0.001, rho: 0.9 });`
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const { rho, momentum, epsilon, centered, ...common } = readOptions('rmsprop', options, kinds);
  return defineOptimizer(
    {
      name: 'rmsprop',
      className: 'RMSprop',
      config: { rho, momentum, epsilon, centered },
      slots: {
        velocity: zerosLike,
        ...(momentum > 0 && { momentum: zerosLike }),
        ...(centered && { averageGradient: zerosLike }),
      },
      prepare: (context) => (param, grad, slots) => {
        const velocity = blend(slots.velocity, square(grad), rho);
        const averageGradient = centered ? blend(slots.averageGradient, grad, rho) : null;
        const spread = averageGradient === null ? velocity : sub(velocity, square(averageGradient));
        const step = div(mul(grad, context.learningRate), sqrt(add(spread, epsilon)));
        const movement = momentum > 0 ? add(mul(slots.momentum, momentum), step) : step;
        return {
          param: sub(param, movement),
          slots: {
            velocity,
            ...(momentum > 0 && { momentum: movement }),
            ...(averageGradient !== null && { averageGradient }),
          },
        };
      },
    },
    common,
  );
}
