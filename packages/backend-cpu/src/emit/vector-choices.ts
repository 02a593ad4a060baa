import type { KernelLoop, Statement } from '@manabi/compiler';
import type { Varying } from './varying.ts';

/** Vectorization of a loop: in strips, or in tiles together with the innermost loop inside it. */
export type VectorChoice = StripChoice | TileChoice;

/** A loop in strips of several vectors. */
export interface StripChoice {
  readonly kind: 'strips';
  /** Number of interleaved vectors: enough to hide latencies, few enough for the registers. */
  readonly jam: number;
  readonly varying: Varying;
}

/** A loop in tiles: vectors run along the innermost loop, and some accesses are transposed. */
export interface TileChoice {
  readonly kind: 'tiles';
  readonly inner: KernelLoop;
  readonly varying: Varying;
}

/** The vectorized loops of a kernel, which are not nested, with the choice for each. */
export type VectorChoices = ReadonlyMap<Statement, VectorChoice>;
