/**
 * Generates pseudo-random numbers in [low, high) that are easy to reproduce in every language. Number `index` is the
 * finalizer of MurmurHash3 of `index + seed * 0x9e3779b1`, divided by 2^32 and scaled to the range.
 */
export function uniform(length: number, seed: number, low: number, high: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(length);
  const offset = Math.imul(seed, 0x9e3779b1);
  for (let index = 0; index < length; index++) {
    let hash = (index + offset) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    values[index] = low + ((high - low) * ((hash ^ (hash >>> 16)) >>> 0)) / 2 ** 32;
  }
  return values;
}

/** Generates the elements of a matrix or vector, in [-1, 1). */
export function operand(length: number, seed: number): Float32Array<ArrayBuffer> {
  return uniform(length, seed, -1, 1);
}

/** Returns a matrix that rotates pairs of axes. In a long chain of products with such matrices, values stay bounded. */
export function rotation(size: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(size * size);
  for (let pair = 0; pair + 1 < size; pair += 2) {
    const angle = 0.7 + pair;
    values[pair * size + pair] = Math.cos(angle);
    values[pair * size + pair + 1] = -Math.sin(angle);
    values[(pair + 1) * size + pair] = Math.sin(angle);
    values[(pair + 1) * size + pair + 1] = Math.cos(angle);
  }
  return values;
}

/**
 * Length of the vector whose sum is read to wait for the GPU: long enough that TensorFlow.js, which computes with short
 * vectors on the CPU, sums it on the GPU.
 */
export const SUMMED = 2048;
