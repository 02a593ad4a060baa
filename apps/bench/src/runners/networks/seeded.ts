import { uniform } from '../inputs.ts';

/** A weight of a layer, with the names and shapes of Keras. */
export interface NamedWeight {
  readonly layer: string;
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether each filter reads one channel. */
  readonly isDepthwise?: boolean;
}

/**
 * Generates the initial value of a weight from its name, so that libraries that create the layers of a network in
 * different orders start with the same weights. The kernels keep the magnitude of ReLU features; all other weights are random
 * too, so that outputs depend on each of them.
 */
export function seeded({ layer, name, shape, isDepthwise = false }: NamedWeight): Float32Array<ArrayBuffer> {
  const seed = seedOf(`${layer}/${name}`);
  const length = product(shape);
  if (name === 'kernel') {
    const limit = Math.sqrt(6 / product(isDepthwise ? shape.slice(0, 2) : shape.slice(0, -1)));
    return uniform(length, seed, -limit, limit);
  }
  if (name === 'gamma') return uniform(length, seed, 0.8, 1.2);
  if (name === 'variance' || name === 'moving_variance') return uniform(length, seed, 0.7, 1.3);
  return uniform(length, seed, -0.2, 0.2);
}

/** Returns the FNV-1a hash of a string of ASCII characters, which is easy to reproduce in every language. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

function product(lengths: readonly number[]): number {
  return lengths.reduce((result, length) => result * length, 1);
}
