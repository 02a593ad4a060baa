import type { Kernel, Statement } from './kernel.ts';
import { axisFactor, forEachStatement } from './walk-kernel.ts';

/** The strided array that a routine's epilogue stores into. */
export interface EpilogueTarget {
  readonly slot: number;
  /** The element for the first place of all axes. */
  readonly offset: number;
  /** Elements between neighbours, for each axis that the epilogue runs over. */
  readonly strides: readonly number[];
}

/**
 * Returns where an epilogue puts the results of its routine: its first store that is affine in all axes with no negative
 * strides. Undefined if there is none.
 *
 * @param axes number of axes that the epilogue runs over
 */
export function epilogueTarget(epilogue: Kernel, axes: number): EpilogueTarget | undefined {
  let target: EpilogueTarget | undefined;
  forEachStatement(epilogue.body, (statement) => {
    if (target !== undefined || statement.kind !== 'store') return;
    const { slot, index } = statement;
    const affine = index.terms.every(({ atom, factor }) => atom.kind === 'axis' && factor > 0);
    if (!affine || index.constant < 0) return;
    target = {
      slot,
      offset: index.constant,
      strides: Array.from({ length: axes }, (_, axis) => axisFactor(index, axis)),
    };
  });
  return target;
}

/** Returns whether an epilogue only stores the results of its routine. */
export function isPlainStore({ body }: Kernel): boolean {
  const [define, store, ...others] = body;
  return (
    others.length === 0 &&
    define?.kind === 'define' &&
    define.instruction.kind === 'result' &&
    store?.kind === 'store' &&
    store.value === define.scalar &&
    store.combine === 'set'
  );
}

/** Returns the statements of an epilogue whose scalars are the same for all results, so that they need to run only once. */
export function invariantStatements({ body }: Kernel): readonly Statement[] {
  const known = new Set<number>();
  return body.filter((statement) => {
    if (statement.kind !== 'define') return false;
    const { scalar, instruction } = statement;
    const isInvariant =
      instruction.kind === 'constant' ||
      (instruction.kind === 'load' && instruction.index.terms.length === 0) ||
      (instruction.kind === 'scalar' && instruction.operands.every((operand) => known.has(operand)));
    if (isInvariant) known.add(scalar);
    return isInvariant;
  });
}
