import type { Instruction } from './kernel.ts';

/**
 * Returns the load instruction whose element an index is computed from, directly or through other instructions. Returns
 * undefined if the index is not computed from an element. An index error reports the position of this element, from
 * which a backend can also read the invalid index.
 *
 * @param definitions instruction of each scalar of the kernel, by the number of the scalar
 * @example
 * ```ts
 * import { indexOrigin, type Instruction } from '@manabi/compiler';
 *
 * const load = { kind: 'load', slot: 0, index: { constant: 0, terms: [] } } as const;
 * const definitions = new Map<number, Instruction>([[0, load], [1, { kind: 'scalar', op: 'neg', operands: [0] }]]);
 * console.log(indexOrigin(definitions, 1) === load); // true
 * ```
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
