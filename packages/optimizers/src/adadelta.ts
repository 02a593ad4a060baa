import { add, div, mul, sqrt, square, sub, zerosLike } from '@manabi/core';
import { decay, type KindsOf, notNegative, optional, readOptions } from '@manabi/errors';
import { defineOptimizer } from './define-optimizer.ts';
import { blend } from './moving-average.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `adadelta`. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** Weight of the past in both averages. */
  readonly rho?: number;
  /** Keeps the division from 0, and the first steps from being none; it stands inside of the roots. */
  readonly epsilon?: number;
}

const kinds = {
  ...optimizerKinds(0.001),
  rho: optional(decay, 0.95),
  epsilon: optional(notNegative, 1e-7),
} satisfies KindsOf<AdadeltaOptions>;

/**
 * Adadelta (Zeiler, 2012, https://arxiv.org/abs/1212.5701): steps in the units of the parameter, as the root mean square
 * of past steps over that of the gradients. The learning rate of the paper is 1, Keras's default 0.001.
 *
 * @throws ManabiError `argument` for a negative learning rate or epsilon, or a rho that is not from 0 to below 1
 * @example `const optimizer = adadelta({ learningRate: 1 });`
 */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  const { rho, epsilon, ...common } = readOptions('adadelta', options, kinds);
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
    common,
  );
}
