import { add, div, fullLike, mul, sqrt, square, sub } from '@manabi/core';
import { type KindsOf, notNegative, optional, readOptions } from '@manabi/errors';
import { defineOptimizer } from './define-optimizer.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `adagrad`. */
export interface AdagradOptions extends OptimizerOptions {
  /** What the sum of squared gradients begins with. */
  readonly initialAccumulatorValue?: number;
  /** Keeps the division from 0; it stands inside of the root. */
  readonly epsilon?: number;
}

const kinds = {
  ...optimizerKinds(0.001),
  initialAccumulatorValue: optional(notNegative, 0.1),
  epsilon: optional(notNegative, 1e-7),
} satisfies KindsOf<AdagradOptions>;

/**
 * Adagrad (Duchi, Hazan & Singer, 2011, https://jmlr.org/papers/v12/duchi11a.html): the gradient over
 * √(accumulator + epsilon), where accumulator is the sum of its squares.
 *
 * @throws ManabiError `argument` for a negative learning rate, epsilon or accumulator
 * @example `const optimizer = adagrad({ learningRate: 0.01 });`
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
