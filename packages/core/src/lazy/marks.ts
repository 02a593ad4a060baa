import type { Node } from '@manabi/ir';
import type { LazyValue } from './value.ts';

/** Copies marks from the operands of an operator to its results. */
type PassOn = (template: Node, operands: readonly LazyValue[], results: readonly LazyValue[]) => void;

/**
 * Function that propagates marks. It is set when a program creates its first mark, so that other programs need not
 * bundle it.
 */
export let passOnMarks: PassOn | null = null;

/** Enables the propagation of marks. */
export function startMarking(passOn: PassOn): void {
  passOnMarks ??= passOn;
}
