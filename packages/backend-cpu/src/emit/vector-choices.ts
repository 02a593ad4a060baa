import type { KernelLoop, Statement, Varying } from '@manabi/compiler';

/** How a loop is vectorized: in strips, or in tiles together with the innermost loop inside it. */
export type VectorChoice = StripChoice | TileChoice;

/** A loop that runs in strips: each iteration of the code processes several vectors. */
export interface StripChoice {
  readonly kind: 'strips';
  /** Number of vectors in a strip: enough to hide latencies, but few enough to fit into the registers. */
  readonly jam: number;
  readonly varying: Varying;
}

/**
 * A loop that runs in tiles: vectors extend along the innermost loop, and some accesses are transposed in registers.
 */
export interface TileChoice {
  readonly kind: 'tiles';
  readonly inner: KernelLoop;
  readonly varying: Varying;
}

/** The loops of a kernel that are vectorized, and how. None of them contains another. */
export type VectorChoices = ReadonlyMap<Statement, VectorChoice>;
