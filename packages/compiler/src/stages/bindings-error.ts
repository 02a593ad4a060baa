import { ManabiError, type Node } from '@manabi/ir';
import type { PlanTarget } from '../target.ts';

/** Returns the error for an operator that does not fit a target, even in a step of its own. */
export function bindingsError({ op }: Node, { name, mostBindings }: PlanTarget): ManabiError {
  return new ManabiError(
    'backend',
    `${op} alone reads and writes more buffers than backend "${name}" can bind in one step (${mostBindings}). Run the graph ` +
      'on another backend, or split the operation into several with fewer operands.',
    { op, data: { operator: op, backend: name, mostBindings } },
  );
}
