import { ManabiError } from '@manabi/errors';

/**
 * Largest number of nested levels in a structure of arrays or datasets. Deeper structures most likely contain
 * themselves.
 */
const DEEPEST = 100;

/**
 * Checks `depth`, the number of objects and arrays around a part of a nested structure.
 *
 * @throws ManabiError `argument` for a structure that is nested too deeply, or contains itself
 */
export function checkDepth(op: string, depth: number): void {
  if (depth <= DEEPEST) return;
  throw new ManabiError(
    'argument',
    `The structure must not contain itself or be nested more than ${DEEPEST} levels deep.`,
    {
      op,
      data: { deepest: DEEPEST },
    },
  );
}
