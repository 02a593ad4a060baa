import type { Instruction } from './kernel.ts';

/**
 * Returns the load that an index comes from, itself or through instructions on it; undefined if it was computed from
 * nothing in memory. With an index error the load's index is reported as the position, and the element of its slot there
 * is what a renderer that records positions alone reads to say which index it was.
 *
 * @param definitions of all scalars of the kernel
 */
export function indexOrigin(
  definitions: ReadonlyMap<number, Instruction>,
  scalar: number,
): Extract<Instruction, { readonly kind: 'load' }> | undefined {
  const instruction = definitions.get(scalar);
  if (instruction?.kind === 'load') return instruction;
  if (instruction?.kind !== 'scalar') return undefined;
  for (const operand of instruction.operands) {
    const origin = indexOrigin(definitions, operand);
    if (origin !== undefined) return origin;
  }
  return undefined;
}
