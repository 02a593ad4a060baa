import { add, div, fullLike, mul, sqrt, square, sub } from '@manabi/core';
import { type KindsOf, notNegative, optional, readOptions } from '@manabi/errors';
import { defineOptimizer } from './define-optimizer.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `adagrad`. */
export interface AdagradOptions extends OptimizerOptions {
  /** Initial value of the sum of squared gradients (default: 0.1). */
  readonly initialAccumulatorValue?: number;
  /**
   * Number added to the sum of squared gradients before its root is taken; avoids division by zero (default: 1e-7).
   */
  readonly epsilon?: number;
}

const kinds = {
  ...optimizerKinds(0.001),
  initialAccumulatorValue: optional(notNegative, 0.1),
  epsilon: optional(notNegative, 1e-7),
} satisfies KindsOf<AdagradOptions>;

/**
 * Creates the Adagrad optimizer, which lowers the learning rate of each element as its squared gradients add up.
 *
 * `accumulator += grad²`, `param -= learningRate · grad / √(accumulator + epsilon)`.
 *
 * Source: J. Duchi, E. Hazan and Y. Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic
 * Optimization", 2011, https://jmlr.org/papers/v12/duchi11a.html.
 *
 * @throws ManabiError `argument` for a negative learning rate, epsilon or accumulator
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { adagrad } from 'manabi/optimizers';
 *
 * const optimizer = adagrad({ learningRate: 0.1 });
 * const weights = tensor([1, 2]);
 * const state = optimizer.init(weights);
 * console.log(await optimizer.update(weights, tensor([0.5, -0.5]), state).params.array()); // [0.9155, 2.0845]
 * ```
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const { initialAccumulatorValue, epsilon, ...common } = readOptions('adagrad', options, kinds);
  return defineOptimizer(
    {
      name: 'adagrad',
      className: 'Adagrad',
      config: { initialAccumulatorValue, epsilon },
      slots: { accumulator: (param) => fullLike(param, initialAccumulatorValue) },
      prepare: (context) => (param, grad, slots) => {
        const accumulator = add(slots.accumulator, square(grad));
        const step = div(mul(grad, context.learningRate), sqrt(add(accumulator, epsilon)));
        return { param: sub(param, step), slots: { accumulator } };
      },
    },
    common,
  );
}
