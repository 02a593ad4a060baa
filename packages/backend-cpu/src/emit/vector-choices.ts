import type { KernelLoop, Statement } from '@manabi/compiler';
import type { Varying } from './varying.ts';

/** How a loop runs in vectors: in strips, or together with the innermost loop inside of it in tiles. */
export type VectorChoice = StripChoice | TileChoice;

/** Strips of several vectors. */
export interface StripChoice {
  readonly kind: 'strips';
  /** Vectors that are worked on at once: enough to hide latencies, few enough for the registers. */
  readonly jam: number;
  readonly varying: Varying;
}

/** Tiles: vectors lie along the innermost loop, and there is something to transpose. */
export interface TileChoice {
  readonly kind: 'tiles';
  readonly inner: KernelLoop;
  readonly varying: Varying;
}

/** The loops of a kernel that run in vectors; none lies inside of another. */
export type VectorChoices = ReadonlyMap<Statement, VectorChoice>;
