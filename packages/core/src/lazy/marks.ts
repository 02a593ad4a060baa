import type { Node } from '@manabi/ir';
import type { LazyValue } from './value.ts';

/** Gives the results of an operator the marks that they take over from its operands. */
type PassOn = (template: Node, operands: readonly LazyValue[], results: readonly LazyValue[]) => void;

/** Set once a program marks something: programs without marks neither look for them nor download how they move. */
export let passOnMarks: PassOn | null = null;

/** Lets operators take marks over from now on. */
export function startMarking(passOn: PassOn): void {
  passOnMarks ??= passOn;
}
