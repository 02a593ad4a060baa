import { add, div, mul, sqrt, square, sub, zerosLike } from '@manabi/core';
import { boolean, decay, type KindsOf, notNegative, optional, readOptions } from '@manabi/errors';
import { defineOptimizer } from './define-optimizer.ts';
import { blend } from './moving-average.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `rmsprop`. */
export interface RmspropOptions extends OptimizerOptions {
  /** Decay of the average of squared gradients, in [0, 1) (default: 0.9). */
  readonly rho?: number;
  /** Fraction of the previous update of a parameter that is added to each step, in [0, 1) (default: 0). */
  readonly momentum?: number;
  /**
   * Number added to the average of squared gradients before its root is taken, as in Keras; avoids division by zero
   * (default: 1e-7).
   */
  readonly epsilon?: number;
  /** Whether to divide by the estimated standard deviation instead of the root mean square (default: false). */
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
 * Creates the RMSprop optimizer, which divides gradients by the root of a moving average of their squares.
 *
 * `velocity = rho · velocity + (1 - rho) · grad²`, `step = learningRate · grad / √(velocity + epsilon)`, `movement =
 * momentum · movement + step`, `param -= movement`. With `centered`, the square of the average gradient is subtracted
 * from `velocity` before the root is taken.
 *
 * Sources: T. Tieleman and G. Hinton, "Neural Networks for Machine Learning", lecture 6.5, 2012; for `centered`:
 * A. Graves, "Generating Sequences With Recurrent Neural Networks", 2013, https://arxiv.org/abs/1308.0850.
 *
 * @throws ManabiError `argument` for a negative learning rate or epsilon, or a rho or momentum outside [0, 1)
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { rmsprop } from 'manabi/optimizers';
 *
 * const optimizer = rmsprop({ learningRate: 0.1 });
 * const weights = tensor([1, 2]);
 * const state = optimizer.init(weights);
 * console.log(await optimizer.update(weights, tensor([0.5, -0.5]), state).params.array()); // [0.6838, 2.3162]
 * ```
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
