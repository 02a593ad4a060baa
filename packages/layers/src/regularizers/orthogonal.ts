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

/** What `orthogonalRegularizer` takes. */
export interface OrthogonalRegularizerOptions {
  /** By default 0.01. */
  readonly factor?: number;
  /** Whether rows or columns are to be orthogonal to each other; by default rows. */
  readonly mode?: 'rows' | 'columns';
}

const kinds = {
  factor: optional(notNegative, 0.01),
  mode: optional(oneOf('rows', 'columns'), 'rows'),
} satisfies KindsOf<OrthogonalRegularizerOptions>;

/**
 * The factor times the mean magnitude of cosines between the rows of a matrix, or its columns.
 *
 * @throws ManabiError `argument` for another mode; `shape` when it is applied to anything but a matrix
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
      `orthogonalRegularizer is for matrices, but was given shape [${x.shape.join(', ')}].`,
      { op: 'orthogonalRegularizer', data: { shape: x.shape } },
    );
  }
  const [count] = x.shape;
  const unit = div(x, sqrt(maximum(sum(square(x), 1, { keepdims: true }), 1e-12)));
  const cosines = mul(matmul(unit, transpose(unit)), sub(1, eye(count)));
  // A single row has no other to be orthogonal to.
  return div(mul(sum(abs(cosines)), 0.5), Math.max(1, (count * (count - 1)) / 2));
}
