/**
 * Computes the matrix of ZCA whitening for centred samples: U · diag(√count / (s + epsilon)) · Uᵀ, for the singular values s and
 * the singular vectors U of the transposed samples.
 *
 * Directions in which the samples do not vary, up to rounding, are left out. Keras weighs them by the rounding errors of
 * its singular values.
 *
 * @param samples count rows of `features` numbers
 */
export function whiteningMatrix(samples: Float32Array, count: number, features: number, epsilon: number): Float64Array {
  const isTall = count >= features;
  const size = isTall ? features : count;
  const at = (sample: number, feature: number) => samples[sample * features + feature];
  const gram = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      if (isTall) for (let k = 0; k < count; k++) sum += at(k, i) * at(k, j);
      else for (let k = 0; k < features; k++) sum += at(i, k) * at(j, k);
      gram[i * size + j] = sum;
      gram[j * size + i] = sum;
    }
  }
  const { values, vectors } = eigenvectors(gram, size);
  const smallest = Math.sqrt(Math.max(0, ...values)) * Math.max(count, features) * 2 ** -23;
  const matrix = new Float64Array(features * features);
  const direction = new Float64Array(features);
  for (let index = 0; index < size; index++) {
    const singular = Math.sqrt(Math.max(0, values[index]));
    if (singular <= smallest) continue;
    for (let i = 0; i < features; i++) {
      direction[i] = vectors[i * size + index];
      if (isTall) continue;
      let sum = 0;
      for (let k = 0; k < count; k++) sum += at(k, i) * vectors[k * size + index];
      direction[i] = sum / singular;
    }
    const weight = Math.sqrt(count) / (singular + epsilon);
    for (let i = 0; i < features; i++) {
      for (let j = 0; j < features; j++) matrix[i * features + j] += weight * direction[i] * direction[j];
    }
  }
  return matrix;
}

/** Largest number of samples or features, whichever is smaller: the time grows with its cube. */
export const MOST_WHITENED = 1024;

/** Largest number of sweeps; Jacobi's method converges quadratically, in about ten. */
const MOST_SWEEPS = 60;

/**
 * Computes the eigenvalues and eigenvectors of a symmetric matrix by Jacobi's method (Golub, Van Loan, "Matrix computations",
 * section 8.5), which is accurate for small eigenvalues too. Overwrites the matrix.
 *
 * @returns the eigenvectors as columns
 */
function eigenvectors(
  matrix: Float64Array,
  size: number,
): { readonly values: readonly number[]; readonly vectors: Float64Array } {
  const vectors = new Float64Array(size * size);
  let trace = 0;
  for (let i = 0; i < size; i++) {
    vectors[i * size + i] = 1;
    trace += matrix[i * size + i];
  }
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let rotations = 0;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const off = matrix[p * size + q];
        const [first, second] = [matrix[p * size + p], matrix[q * size + q]];
        if (Math.abs(off) <= 1e-14 * Math.sqrt(Math.abs(first * second)) + 1e-19 * trace) continue;
        rotations++;
        const slope = (second - first) / (2 * off);
        const tangent = Math.sign(slope || 1) / (Math.abs(slope) + Math.hypot(1, slope));
        const cos = 1 / Math.hypot(1, tangent);
        rotate(matrix, vectors, size, p, q, cos, cos * tangent);
      }
    }
    if (rotations === 0) break;
  }
  return { values: Array.from({ length: size }, (_, i) => matrix[i * size + i]), vectors };
}

function rotate(
  matrix: Float64Array,
  vectors: Float64Array,
  size: number,
  p: number,
  q: number,
  cos: number,
  sin: number,
): void {
  for (let k = 0; k < size; k++) {
    const [a, b] = [matrix[k * size + p], matrix[k * size + q]];
    matrix[k * size + p] = cos * a - sin * b;
    matrix[k * size + q] = sin * a + cos * b;
  }
  for (let k = 0; k < size; k++) {
    const [a, b] = [matrix[p * size + k], matrix[q * size + k]];
    matrix[p * size + k] = cos * a - sin * b;
    matrix[q * size + k] = sin * a + cos * b;
    const [u, v] = [vectors[k * size + p], vectors[k * size + q]];
    vectors[k * size + p] = cos * u - sin * v;
    vectors[k * size + q] = sin * u + cos * v;
  }
}
