import { ManabiError } from '@manabi/errors';

/** Structures are not nested deeper than this; one that is contains itself. */
const DEEPEST = 100;

/** @throws ManabiError `argument` for a part of a structure that is nested too deeply, or contains itself. */
export function checkDepth(op: string, depth: number): void {
  if (depth <= DEEPEST) return;
  throw new ManabiError('argument', `The structure is nested more than ${DEEPEST} levels deep, or contains itself.`, {
    op,
    data: { deepest: DEEPEST },
  });
}
