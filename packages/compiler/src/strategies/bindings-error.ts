import { ManabiError, type Node } from '@manabi/ir';
import type { PlanTarget } from '../target.ts';

/** Creates the error for an operator that reads and writes more buffers than one step of the target may bind. */
export function bindingsError({ op }: Node, { name, mostBindings }: PlanTarget): ManabiError {
  return new ManabiError(
    'backend',
    `${op} reads and writes more buffers than the ${mostBindings} that backend "${name}" can bind in one step. Run the graph ` +
      'on another backend, or split it into operations with fewer operands.',
    { op, data: { operator: op, backend: name, mostBindings } },
  );
}
