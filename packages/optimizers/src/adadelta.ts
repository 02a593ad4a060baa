import { add, div, mul, sqrt, square, sub, zerosLike } from '@manabi/core';
import { decay, type KindsOf, notNegative, optional, readOptions } from '@manabi/errors';
import { defineOptimizer } from './define-optimizer.ts';
import { blend } from './moving-average.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `adadelta`. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** Decay of the moving averages of squared gradients and squared steps, in [0, 1) (default: 0.95). */
  readonly rho?: number;
  /**
   * Number added inside both square roots of the formula; avoids division by zero and makes the first updates nonzero
   * (default: 1e-7).
   */
  readonly epsilon?: number;
}

const kinds = {
  ...optimizerKinds(0.001),
  rho: optional(decay, 0.95),
  epsilon: optional(notNegative, 1e-7),
} satisfies KindsOf<AdadeltaOptions>;

/**
 * Creates the Adadelta optimizer, which scales each step by the root mean square of the previous steps.
 *
 * With decay rho, and E the moving averages of squares:
 * `delta = grad · √(E[delta²] + epsilon) / √(E[grad²] + epsilon)`, `param -= learningRate · delta`.
 * The paper uses a learning rate of 1; the default of 0.001 is that of Keras.
 *
 * Source: M. Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012, https://arxiv.org/abs/1212.5701.
 *
 * @throws ManabiError `argument` for a negative learning rate or epsilon, or a rho outside [0, 1)
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { adadelta } from 'manabi/optimizers';
 *
 * const optimizer = adadelta({ learningRate: 1 });
 * const weights = tensor([1, 2]);
 * const state = optimizer.init(weights);
 * console.log(await optimizer.update(weights, tensor([0.5, -0.5]), state).params.array()); // [0.9986, 2.0014]
 * ```
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
