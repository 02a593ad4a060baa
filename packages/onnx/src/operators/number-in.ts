import type { Value } from '@manabi/ir';
import type { Scope } from '../write/scope.ts';

/** Returns the number that all elements of a value equal; null if the value is not such a constant. */
export function numberIn(scope: Scope, value: Value): number | null {
  const node = scope.maker(value);
  if (node?.op === 'expand') return numberIn(scope, node.operands[0]);
  return node?.op === 'constant' && typeof node.attributes.value === 'number' ? node.attributes.value : null;
}
