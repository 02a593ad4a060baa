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
  /** The weight of the past in averages of squares is 1 - t to this power, at step t. */
  readonly beta2Decay?: number;
  /** Added to squared gradients. */
  readonly epsilon1?: number;
  /** Parameters count as no smaller than this where steps are in proportion to them. */
  readonly epsilon2?: number;
  /** The root mean square of a step, before the learning rate, is no more than this. */
  readonly clipThreshold?: number;
  /** Whether the learning rate is at most 1 / √t. It is in any case: the option is Keras's. */
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
 * Adafactor (Shazeer & Stern, 2018, https://arxiv.org/abs/1804.04235), for large networks: of the squared gradients of a
 * matrix, means of rows and columns are remembered, and steps are in proportion to the parameter.
 *
 * @throws ManabiError `argument` for a negative learning rate or epsilon, a threshold that is not above 0, or a decay of 0
 * and above
 * @example `const optimizer = adafactor({ learningRate: 0.01 });`
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
          // Where rows and columns are both next to nothing, so is their product, and the gradient is nothing.
          const isNothing = equal(grad, 0);
          const scaled = where(isNothing, 0, div(grad, sqrt(where(isNothing, 1, velocity))));
          const direction = div(scaled, maximum(1, div(size(scaled), clipThreshold)));
          const length = mul(maximum(epsilon2, size(param)), rate);
          return { param: sub(param, mul(direction, length)), slots: { rows, columns, velocity } };
        };
      },
    },
    common,
  );
}

/** The matrix of which these are the means of rows and columns. */
function product(rows: Tensor, columns: Tensor): Tensor {
  const shares = div(rows, mean(rows, -1, { keepdims: true }));
  return mul(expandDims(shares, -1), expandDims(columns, -2));
}

/** The root mean square. */
function size(x: Tensor): Tensor {
  return sqrt(mean(square(x)));
}
