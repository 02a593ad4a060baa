import {
  abs,
  div,
  eye,
  ManabiError,
  matmul,
  maximum,
  mul,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  transpose,
} from '@manabi/core';
import { type KindsOf, notNegative, oneOf, optional, readOptions } from '@manabi/errors';
import type { Regularizer } from './regularizer.ts';

/** Options of `orthogonalRegularizer`. */
export interface OrthogonalRegularizerOptions {
  /** Factor that the penalty is multiplied by (default: 0.01). */
  readonly factor?: number;
  /** Whether the rows or the columns should be orthogonal to each other (default: `'rows'`). */
  readonly mode?: 'rows' | 'columns';
}

const kinds = {
  factor: optional(notNegative, 0.01),
  mode: optional(oneOf('rows', 'columns'), 'rows'),
} satisfies KindsOf<OrthogonalRegularizerOptions>;

/**
 * Creates a regularizer for matrices with orthogonal rows or columns: `penalty(w) = factor · mean |cos(wᵢ, wⱼ)|` over all
 * pairs of different rows (or columns) `wᵢ`, `wⱼ`.
 *
 * @throws ManabiError `argument` for invalid options; `penalty` throws `shape` unless the weight has rank 2
 * @example
 * ```ts
 * import { regularizers, tensor } from 'manabi';
 *
 * const regularizer = regularizers.orthogonalRegularizer({ factor: 1 });
 * console.log(await regularizer.penalty(tensor([[1, 0], [0, 1]])).item()); // 0
 * console.log(await regularizer.penalty(tensor([[1, 0], [2, 0]])).item()); // 1
 * ```
 */
export function orthogonalRegularizer(options: OrthogonalRegularizerOptions = {}): Regularizer {
  const config = readOptions('orthogonalRegularizer', options, kinds);
  return {
    className: 'OrthogonalRegularizer',
    config,
    penalty: (x) => mul(meanCosine(config.mode === 'rows' ? x : transpose(x)), config.factor),
  };
}

function meanCosine(x: Tensor): Tensor {
  if (x.rank !== 2) {
    throw new ManabiError(
      'shape',
      `The weight must have rank 2; got shape [${x.shape.join(', ')}]. Choose another regularizer for it, such as 'l2'.`,
      { op: 'orthogonalRegularizer', data: { shape: x.shape } },
    );
  }
  const [count] = x.shape;
  const unit = div(x, sqrt(maximum(sum(square(x), 1, { keepdims: true }), 1e-12)));
  const cosines = mul(matmul(unit, transpose(unit)), sub(1, eye(count)));
  // For a single row, which has no pairs, the divisor is 1 rather than 0.
  return div(mul(sum(abs(cosines)), 0.5), Math.max(1, (count * (count - 1)) / 2));
}
