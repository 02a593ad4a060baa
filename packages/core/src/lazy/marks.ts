import type { Node } from '@manabi/ir';
import type { LazyValue } from './value.ts';

/** Function that copies marks (annotations of `Notes`) from the operands of an operator to its results. */
type PassOn = (template: Node, operands: readonly LazyValue[], results: readonly LazyValue[]) => void;

/**
 * Function that copies marks to results, or null before the first mark is created. Programs without marks do not bundle
 * it.
 */
export let passOnMarks: PassOn | null = null;

/** Sets the function that copies marks from operands to results. */
export function startMarking(passOn: PassOn): void {
  passOnMarks ??= passOn;
}
