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

/** Options of the initializer `orthogonal`. */
export interface OrthogonalOptions extends SeedOptions {
  /** Factor that the orthogonal matrix is multiplied by (default: 1). */
  readonly gain?: number;
}

const kinds = { gain: optional(number(), 1), seed: optional(seedKind, null) } satisfies KindsOf<OrthogonalOptions>;

/**
 * Creates an initializer that draws a random matrix with orthonormal columns, or orthonormal rows if it has more columns than
 * rows. All axes but the last count as rows. Source: A. Saxe, J. McClelland, S. Ganguli, "Exact solutions to the nonlinear
 * dynamics of learning in deep linear neural networks", 2013.
 *
 * @throws ManabiError `argument` for invalid options; `draw` throws `shape` for a weight of rank 0 or 1
 * @example
 * ```ts
 * import { initializers, matmul, random, transpose } from 'manabi';
 *
 * const q = initializers.orthogonal({ seed: 1 }).draw(random.key(0), [2, 2], 'float32');
 * console.log(await matmul(transpose(q), q).array()); // [[1, 0], [0, 1]]
 * ```
 */
export function orthogonal(options: OrthogonalOptions = {}): Initializer {
  const config = readOptions('orthogonal', options, kinds);
  return drawing('Orthogonal', config, (key, shape, dtype) => {
    if (shape.length < 2) {
      throw new ManabiError(
        'shape',
        `The weight must have rank 2 or more; got shape [${shape.join(', ')}]. Choose another initializer for it.`,
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
 * Returns the factor Q of the QR decomposition of a random normal matrix, with a positive diagonal in R, without
 * creating that matrix: the Householder vectors are themselves normal, of decreasing length (G. W. Stewart, "The
 * efficient generation of random orthogonal matrices", 1980). The product of the reflections is I - V T Vᵀ, where the
 * inverse of T is the upper triangle of VᵀV with its diagonal halved (T. Joffrain et al., "Accumulating Householder
 * transformations, revisited", 2006). Computing it takes a few matrix products instead of one reflection after another.
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
 * Inverts an upper triangular matrix with 1/2 on the diagonal by Newton's iteration. It is exact after log2(size) iterations:
 * the error is strictly upper triangular, and its powers vanish.
 */
function inverseOfTriangle(upper: Tensor, size: number): Tensor {
  let inverse = mul(eye(size), 2);
  for (let exact = 1; exact < size; exact *= 2) {
    inverse = matmul(inverse, sub(mul(eye(size), 2), matmul(upper, inverse)));
  }
  return inverse;
}
