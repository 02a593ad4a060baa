import {
  add,
  div,
  equal,
  expandDims,
  maximum,
  mean,
  minimum,
  mul,
  power,
  sqrt,
  square,
  sub,
  type Tensor,
  where,
  zeros,
  zerosLike,
} from '@manabi/core';
import { boolean, type KindsOf, notNegative, number, optional, positive, readOptions } from '@manabi/errors';
import { defineOptimizer } from './define-optimizer.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `adafactor`. */
export interface AdafactorOptions extends OptimizerOptions {
  /**
   * Exponent in the decay of the averages of squares: at step t, the previous average has weight `1 - t ^ beta2Decay`
   * (default: -0.8).
   */
  readonly beta2Decay?: number;
  /** Number added to squared gradients (default: 1e-30). */
  readonly epsilon1?: number;
  /** Lower bound of the root mean square of a parameter, by which steps are scaled (default: 0.001). */
  readonly epsilon2?: number;
  /**
   * Upper bound of the root mean square of a step, before the step is multiplied by the learning rate (default: 1).
   */
  readonly clipThreshold?: number;
  /** Has no effect, as in Keras: the learning rate is always at most 1 / √t. */
  readonly relativeStep?: boolean;
}

const kinds = {
  ...optimizerKinds(0.001),
  beta2Decay: optional(number({ below: 0 }), -0.8),
  epsilon1: optional(notNegative, 1e-30),
  epsilon2: optional(notNegative, 1e-3),
  clipThreshold: optional(positive, 1),
  relativeStep: optional(boolean, true),
} satisfies KindsOf<AdafactorOptions>;

/**
 * Creates the Adafactor optimizer, which needs little memory: it stores squared gradients of a matrix as one average per
 * row and one per column.
 *
 * At step t, with `V` the matrix rebuilt from both averages (for vectors, the average of squares itself) and RMS the root
 * mean square: `u = grad / √V`, `u /= max(1, RMS(u) / clipThreshold)`,
 * `param -= max(epsilon2, RMS(param)) · min(learningRate, 1 / √t) · u`.
 *
 * Source: N. Shazeer and M. Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost", 2018,
 * https://arxiv.org/abs/1804.04235.
 *
 * @throws ManabiError `argument` for a negative learning rate or epsilon, a `clipThreshold` that is not positive, or a
 * `beta2Decay` that is not negative
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { adafactor } from 'manabi/optimizers';
 *
 * const optimizer = adafactor({ learningRate: 0.01 });
 * const weights = tensor([[1, 2], [3, 4]]);
 * const state = optimizer.init(weights);
 * const result = optimizer.update(weights, tensor([[1, -1], [1, -1]]), state).params;
 * console.log(await result.array()); // [[0.9726, 2.0274], [2.9726, 4.0274]]
 * ```
 */
export function adafactor(options: AdafactorOptions = {}): Optimizer {
  const { beta2Decay, epsilon1, epsilon2, clipThreshold, relativeStep, ...common } = readOptions(
    'adafactor',
    options,
    kinds,
  );
  return defineOptimizer(
    {
      name: 'adafactor',
      className: 'Adafactor',
      config: { beta2Decay, epsilon1, epsilon2, clipThreshold, relativeStep },
      slots: {
        rows: (param) => zeros(param.rank < 2 ? [] : param.shape.slice(0, -1), { dtype: param.dtype }),
        columns: (param) => zeros(param.rank < 2 ? [] : param.shape.toSpliced(-2, 1), { dtype: param.dtype }),
        velocity: zerosLike,
      },
      prepare: ({ learningRate, step }) => {
        const past = sub(1, power(step, beta2Decay));
        const rate = minimum(learningRate, div(1, sqrt(step)));
        const averaged = (average: Tensor, value: Tensor): Tensor => add(mul(average, past), mul(value, sub(1, past)));
        return (param, grad, slots) => {
          const squares = add(square(grad), epsilon1);
          const isMatrix = param.rank >= 2;
          const rows = isMatrix ? averaged(slots.rows, mean(squares, -1)) : slots.rows;
          const columns = isMatrix ? averaged(slots.columns, mean(squares, -2)) : slots.columns;
          const velocity = isMatrix ? product(rows, columns) : averaged(slots.velocity, squares);
          // If gradient and `velocity` are both zero, the step is zero, not 0 / 0.
          const isZero = equal(grad, 0);
          const scaled = where(isZero, 0, div(grad, sqrt(where(isZero, 1, velocity))));
          const direction = div(scaled, maximum(1, div(size(scaled), clipThreshold)));
          const length = mul(maximum(epsilon2, size(param)), rate);
          return { param: sub(param, mul(direction, length)), slots: { rows, columns, velocity } };
        };
      },
    },
    common,
  );
}

/** Returns the rank-1 matrix whose row means are `rows` and whose column means are `columns`. */
function product(rows: Tensor, columns: Tensor): Tensor {
  const shares = div(rows, mean(rows, -1, { keepdims: true }));
  return mul(expandDims(shares, -1), expandDims(columns, -2));
}

/** Returns the root mean square of all elements. */
function size(x: Tensor): Tensor {
  return sqrt(mean(square(x)));
}
