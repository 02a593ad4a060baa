import { add, checkOptions, div, fullLike, mul, sqrt, square, sub } from '@manabi/core';
import { commonOptions } from './common-options.ts';
import { defineOptimizer } from './define-optimizer.ts';
import { checkNotNegative } from './hyperparameters.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';

/** Options of `adagrad`. */
export interface AdagradOptions extends OptimizerOptions {
  /** What the sum of squared gradients begins with. */
  readonly initialAccumulatorValue?: number;
  /** Keeps the division from 0; it stands inside of the root. */
  readonly epsilon?: number;
}

/**
 * Adagrad (Duchi, Hazan & Singer, 2011, https://jmlr.org/papers/v12/duchi11a.html): the gradient over
 * √(accumulator + epsilon), where accumulator is the sum of its squares.
 *
 * @throws ManabiError `argument` for a negative learning rate, epsilon or accumulator
 * @example `const optimizer = adagrad({ learningRate: 0.01 });`
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  checkOptions('adagrad', options, { ...commonOptions, initialAccumulatorValue: true, epsilon: true });
  const { learningRate = 0.001, initialAccumulatorValue = 0.1, epsilon = 1e-7 } = options;
  checkNotNegative('adagrad', { initialAccumulatorValue, epsilon });
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
    { ...options, learningRate },
  );
}
