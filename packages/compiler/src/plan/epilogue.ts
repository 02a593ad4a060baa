import type { Kernel, Statement } from './kernel.ts';
import { axisFactor, forEachStatement } from './walk-kernel.ts';

/** The array to which the epilogue of a routine writes, and how indices of the epilogue's loops map to its elements. */
export interface EpilogueTarget {
  /** Number of the array's slot. */
  readonly slot: number;
  /** Position of the element that belongs to index 0 on all axes. */
  readonly offset: number;
  /** For each axis of the epilogue, the distance in elements between consecutive indices. */
  readonly strides: readonly number[];
}

/**
 * Returns the array to which an epilogue writes the results of its routine, so that a routine can store results there
 * itself. This is the array of the first store whose index is affine in all axes, without negative strides. Returns
 * undefined if there is no such store.
 *
 * @param axes number of axes of the epilogue
 * @example
 * ```ts
 * import { axisIndex } from '@manabi/ir';
 * import { epilogueTarget, type Kernel } from '@manabi/compiler';
 *
 * const epilogue: Kernel = {
 *   name: 'store',
 *   axes: [{ extent: 4, kind: 'parallel' }],
 *   scalars: ['float32'],
 *   accumulators: [],
 *   body: [
 *     { kind: 'define', scalar: 0, instruction: { kind: 'result' } },
 *     { kind: 'store', slot: 2, index: axisIndex(0, 4), value: 0, combine: 'set' },
 *   ],
 * };
 * console.log(epilogueTarget(epilogue, 1)); // { slot: 2, offset: 0, strides: [1] }
 * ```
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

/**
 * Returns true if an epilogue only stores the results of its routine, without further computation.
 *
 * @example
 * ```ts
 * import { axisIndex } from '@manabi/ir';
 * import { isPlainStore, type Kernel } from '@manabi/compiler';
 *
 * const epilogue: Kernel = {
 *   name: 'store',
 *   axes: [{ extent: 4, kind: 'parallel' }],
 *   scalars: ['float32'],
 *   accumulators: [],
 *   body: [
 *     { kind: 'define', scalar: 0, instruction: { kind: 'result' } },
 *     { kind: 'store', slot: 2, index: axisIndex(0, 4), value: 0, combine: 'set' },
 *   ],
 * };
 * console.log(isPlainStore(epilogue)); // true
 * ```
 */
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

/**
 * Returns the statements of an epilogue that define the same scalars for every result of the routine, so that code
 * generators can run them once.
 *
 * @example
 * ```ts
 * import { invariantStatements, type Kernel } from '@manabi/compiler';
 *
 * const epilogue: Kernel = {
 *   name: 'double',
 *   axes: [],
 *   scalars: ['float32', 'float32', 'float32'],
 *   accumulators: [],
 *   body: [
 *     { kind: 'define', scalar: 0, instruction: { kind: 'constant', value: 2 } },
 *     { kind: 'define', scalar: 1, instruction: { kind: 'result' } },
 *     { kind: 'define', scalar: 2, instruction: { kind: 'scalar', op: 'mul', operands: [0, 1] } },
 *   ],
 * };
 * console.log(invariantStatements(epilogue).length); // 1
 * ```
 */
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
