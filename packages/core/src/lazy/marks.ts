import type { Node } from '@manabi/ir';
import type { LazyValue } from './value.ts';

/** Copies marks from the operands of an operator to its results. */
type PassOn = (template: Node, operands: readonly LazyValue[], results: readonly LazyValue[]) => void;

/** Set when a program creates its first mark, so that other programs neither check for marks nor bundle this code. */
export let passOnMarks: PassOn | null = null;

/** Enables the propagation of marks. */
export function startMarking(passOn: PassOn): void {
  passOnMarks ??= passOn;
}
