import type { Kernel, Statement } from '@manabi/compiler';
import { codeSize } from './code-size.ts';

/** Number of iterations that the code of an unrolled loop repeats. */
export const UNROLLED = 4;

/** Largest size of the body of an unrolled loop; see `codeSize`. */
const LARGEST_BODY = 20;

/** Least number of iterations of an unrolled loop. */
const SHORTEST = 32;

/**
 * Returns whether the code of a loop is repeated for several iterations, in order. Drivers that run shaders on the CPU test after
 * each iteration which invocations have finished, which takes as long as a short body.
 */
export function isUnrolled({ axes }: Kernel, { axis, body }: Extract<Statement, { kind: 'loop' }>): boolean {
  const { kind, extent } = axes[axis];
  const isInnermost = body.every((statement) => statement.kind !== 'loop');
  const isWhole = extent % UNROLLED === 0 && extent >= SHORTEST;
  return kind === 'reduce' && isInnermost && isWhole && codeSize({ body }) <= LARGEST_BODY;
}
