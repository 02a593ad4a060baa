import { add, checkOptions, div, mul, sqrt, square, sub, zerosLike } from '@manabi/core';
import { commonOptions } from './common-options.ts';
import { defineOptimizer } from './define-optimizer.ts';
import { checkDecays, checkNotNegative } from './hyperparameters.ts';
import { blend } from './moving-average.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';

/** Options of `adadelta`. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** Weight of the past in both averages. */
  readonly rho?: number;
  /** Keeps the division from 0, and the first steps from being none; it stands inside of the roots. */
  readonly epsilon?: number;
}

/**
 * Adadelta (Zeiler, 2012, https://arxiv.org/abs/1212.5701): steps in the units of the parameter, as the root mean square
 * of past steps over that of the gradients. The learning rate of the paper is 1, Keras's default 0.001.
 *
 * @throws ManabiError `argument` for a negative learning rate or epsilon, or a rho that is not from 0 to below 1
 * @example `const optimizer = adadelta({ learningRate: 1 });`
 */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  checkOptions('adadelta', options, { ...commonOptions, rho: true, epsilon: true });
  const { learningRate = 0.001, rho = 0.95, epsilon = 1e-7 } = options;
  checkDecays('adadelta', { rho });
  checkNotNegative('adadelta', { epsilon });
  return defineOptimizer(
    {
      name: 'adadelta',
      className: 'Adadelta',
      config: { rho, epsilon },
      slots: { accumulatedGradient: zerosLike, accumulatedDelta: zerosLike },
      prepare: (context) => (param, grad, slots) => {
        const accumulatedGradient = blend(slots.accumulatedGradient, square(grad), rho);
        const scale = div(sqrt(add(slots.accumulatedDelta, epsilon)), sqrt(add(accumulatedGradient, epsilon)));
        const delta = mul(grad, scale);
        return {
          param: sub(param, mul(delta, context.learningRate)),
          slots: { accumulatedGradient, accumulatedDelta: blend(slots.accumulatedDelta, square(delta), rho) },
        };
      },
    },
    { ...options, learningRate },
  );
}
