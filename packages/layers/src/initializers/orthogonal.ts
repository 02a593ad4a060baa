import {
  add,
  astype,
  div,
  eye,
  less,
  ManabiError,
  matmul,
  mul,
  negative,
  random,
  reshape,
  slice,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  transpose,
  tril,
  triu,
  where,
} from '@manabi/core';
import { type KindsOf, number, optional, readOptions } from '@manabi/errors';
import { seedKind } from '../structure/option-kinds.ts';
import { drawing, type Initializer, type SeedOptions } from './initializer.ts';

/** What `orthogonal` takes. */
export interface OrthogonalOptions extends SeedOptions {
  /** What the matrix is multiplied by; by default 1. */
  readonly gain?: number;
}

const kinds = { gain: optional(number(), 1), seed: optional(seedKind, null) } satisfies KindsOf<OrthogonalOptions>;

/**
 * A random matrix with orthonormal columns, or rows if it is wider than tall; all axes but the last count as rows (Saxe,
 * McClelland, Ganguli, 2013).
 *
 * @throws ManabiError `shape` when it is drawn for fewer than two axes
 */
export function orthogonal(options: OrthogonalOptions = {}): Initializer {
  const config = readOptions('orthogonal', options, kinds);
  return drawing('Orthogonal', config, (key, shape, dtype) => {
    if (shape.length < 2) {
      throw new ManabiError(
        'shape',
        `The initializer orthogonal makes matrices, but was asked for shape [${shape.join(', ')}].`,
        { op: 'orthogonal', data: { shape } },
      );
    }
    const columns = shape[shape.length - 1];
    const rows = shape.slice(0, -1).reduce((product, length) => product * length, 1);
    const tall = orthonormalColumns(key, Math.max(rows, columns), Math.min(rows, columns));
    return astype(mul(reshape(rows < columns ? transpose(tall) : tall, shape), config.gain), dtype);
  });
}

/**
 * The factor Q of a normal matrix with a positive diagonal in R, without that matrix: its Householder vectors are
 * themselves normal, of falling length (Stewart, "The efficient generation of random orthogonal matrices", 1980). Their
 * reflections together are I - V T Vᵀ, where the inverse of T is the upper part of VᵀV, its diagonal halved (Joffrain
 * et al., "Accumulating Householder transformations, revisited", 2006): a few matrix products, not a long chain.
 */
function orthonormalColumns(key: Tensor, rows: number, columns: number): Tensor {
  const x = tril(random.normal(key, [rows, columns]));
  const diagonal = eye(rows, columns);
  const signs = where(less(sum(mul(x, diagonal), 0), 0), -1, 1);
  const v = add(x, mul(diagonal, mul(signs, sqrt(sum(square(x), 0)))));
  const unit = div(v, sqrt(sum(square(v), 0)));
  const inverse = sub(triu(matmul(transpose(unit), unit)), mul(eye(columns), 0.5));
  const t = inverseOfTriangle(inverse, columns);
  const reflected = matmul(unit, matmul(t, transpose(slice(unit, [0, 0], [columns, columns]))));
  return mul(sub(diagonal, reflected), negative(signs));
}

/**
 * The inverse of an upper triangle with 1/2 on the diagonal. Newton's iteration ends after log2(size) steps: what is
 * missing is strictly upper, so its powers vanish.
 */
function inverseOfTriangle(upper: Tensor, size: number): Tensor {
  let inverse = mul(eye(size), 2);
  for (let exact = 1; exact < size; exact *= 2) {
    inverse = matmul(inverse, sub(mul(eye(size), 2), matmul(upper, inverse)));
  }
  return inverse;
}
