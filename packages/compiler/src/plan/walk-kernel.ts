import type { IndexAtom, IndexExpr } from '@manabi/ir';
import type { Block, Instruction, Statement } from './kernel.ts';

/** A loop statement of a kernel. */
export type KernelLoop = Extract<Statement, { kind: 'loop' }>;

/** An access of a kernel to memory: the element that it reads or writes. */
export interface KernelAccess {
  /** Number of the slot that contains the element. */
  readonly slot: number;
  /** Index of the element, from the start of the slot. */
  readonly index: IndexExpr;
}

/**
 * Calls `visit` for every statement in order, including those inside loops.
 *
 * @example
 * ```ts
 * import { type Block, forEachStatement } from '@manabi/compiler';
 *
 * const body: Block = [{ kind: 'loop', axis: 0, body: [{ kind: 'begin', accumulator: 0, initial: 0 }] }];
 * const kinds: string[] = [];
 * forEachStatement(body, ({ kind }) => kinds.push(kind));
 * console.log(kinds); // ['loop', 'begin']
 * ```
 */
export function forEachStatement(block: Block, visit: (statement: Statement) => void): void {
  for (const statement of block) {
    visit(statement);
    if (statement.kind === 'loop') forEachStatement(statement.body, visit);
  }
}

/**
 * Returns every element that a block reads or writes.
 *
 * @example
 * ```ts
 * import { axisIndex } from '@manabi/ir';
 * import { accessesOf, type Block } from '@manabi/compiler';
 *
 * const body: Block = [
 *   { kind: 'define', scalar: 0, instruction: { kind: 'load', slot: 0, index: axisIndex(0, 4) } },
 *   { kind: 'store', slot: 1, index: axisIndex(0, 4), value: 0, combine: 'set' },
 * ];
 * console.log(accessesOf(body).map(({ slot }) => slot)); // [0, 1]
 * ```
 */
export function accessesOf(block: Block): KernelAccess[] {
  const accesses: KernelAccess[] = [];
  forEachStatement(block, (statement) => {
    if (statement.kind === 'store') accesses.push(statement);
    if (statement.kind === 'define' && statement.instruction.kind === 'load') accesses.push(statement.instruction);
  });
  return accesses;
}

/**
 * Returns every index expression that a block evaluates.
 *
 * @example
 * ```ts
 * import { axisIndex } from '@manabi/ir';
 * import { type Block, indexesOf } from '@manabi/compiler';
 *
 * const body: Block = [
 *   { kind: 'define', scalar: 0, instruction: { kind: 'load', slot: 0, index: axisIndex(0, 4) } },
 *   { kind: 'store', slot: 1, index: axisIndex(0, 4), value: 0, combine: 'set' },
 * ];
 * console.log(indexesOf(body).length); // 2
 * ```
 */
export function indexesOf(block: Block): IndexExpr[] {
  const indexes = accessesOf(block).map(({ index }) => index);
  forEachStatement(block, (statement) => {
    if (statement.kind === 'define' && statement.instruction.kind === 'index') {
      indexes.push(statement.instruction.index);
    }
  });
  return indexes;
}

/**
 * Returns the scalars that an instruction reads as operands.
 *
 * @example
 * ```ts
 * import { operandsOf } from '@manabi/compiler';
 *
 * console.log(operandsOf({ kind: 'scalar', op: 'mul', operands: [3, 4] })); // [3, 4]
 * ```
 */
export function operandsOf(instruction: Instruction): readonly number[] {
  switch (instruction.kind) {
    case 'scalar':
      return instruction.operands;
    case 'checkedIndex':
      return [instruction.operand];
    case 'constant':
    case 'load':
    case 'index':
    case 'accumulator':
    case 'result':
      return [];
  }
}

/**
 * Returns the instruction that defines each scalar of a kernel.
 *
 * @example
 * ```ts
 * import { axisIndex } from '@manabi/ir';
 * import { type Block, definitionsOf } from '@manabi/compiler';
 *
 * const body: Block = [
 *   { kind: 'define', scalar: 0, instruction: { kind: 'load', slot: 0, index: axisIndex(0, 4) } },
 *   { kind: 'store', slot: 1, index: axisIndex(0, 4), value: 0, combine: 'set' },
 * ];
 * console.log(definitionsOf(body).get(0)?.kind); // load
 * ```
 */
export function definitionsOf(body: Block): ReadonlyMap<number, Instruction> {
  const definitions = new Map<number, Instruction>();
  forEachStatement(body, (statement) => {
    if (statement.kind === 'define') definitions.set(statement.scalar, statement.instruction);
  });
  return definitions;
}

/**
 * Calls `visit` with the number of every scalar on which an index expression depends.
 *
 * @example
 * ```ts
 * import { addIndex, axisIndex, dataIndex } from '@manabi/ir';
 * import { forEachIndexScalar } from '@manabi/compiler';
 *
 * const scalars: number[] = [];
 * forEachIndexScalar(addIndex(axisIndex(0, 4), dataIndex(7, 3)), (scalar) => scalars.push(scalar));
 * console.log(scalars); // [7]
 * ```
 */
export function forEachIndexScalar(index: IndexExpr, visit: (scalar: number) => void): void {
  for (const { atom } of index.terms) {
    if (atom.kind === 'data') visit(atom.scalar);
    if (atom.kind === 'quotient' || atom.kind === 'remainder') forEachIndexScalar(atom.of, visit);
  }
}

/**
 * Returns true if an index expression depends on one of the axes or on one of the scalars.
 *
 * @example
 * ```ts
 * import { axisIndex } from '@manabi/ir';
 * import { indexVaries } from '@manabi/compiler';
 *
 * console.log(indexVaries(axisIndex(0, 4), [0, 1], new Set())); // true
 * console.log(indexVaries(axisIndex(0, 4), [1], new Set())); // false
 * ```
 */
export function indexVaries(index: IndexExpr, axes: readonly number[], scalars: ReadonlySet<number>): boolean {
  return index.terms.some(({ atom }) => atomVaries(atom, axes, scalars));
}

/**
 * Returns true if an atom of an index expression depends on one of the axes or on one of the scalars.
 *
 * @example
 * ```ts
 * import { atomVaries } from '@manabi/compiler';
 *
 * console.log(atomVaries({ kind: 'data', scalar: 7, extent: 3 }, [], new Set([7]))); // true
 * ```
 */
export function atomVaries(atom: IndexAtom, axes: readonly number[], scalars: ReadonlySet<number>): boolean {
  switch (atom.kind) {
    case 'axis':
      return axes.includes(atom.axis);
    case 'data':
      return scalars.has(atom.scalar);
    case 'quotient':
    case 'remainder':
      return indexVaries(atom.of, axes, scalars);
  }
}

/**
 * Returns the factor by which an axis is multiplied in an index expression; 0 if the axis does not occur, or only
 * within quotients and remainders.
 *
 * @example
 * ```ts
 * import { axisIndex, scaleIndex } from '@manabi/ir';
 * import { axisFactor } from '@manabi/compiler';
 *
 * console.log(axisFactor(scaleIndex(axisIndex(0, 4), 6), 0)); // 6
 * ```
 */
export function axisFactor(index: IndexExpr, axis: number): number {
  let factor = 0;
  for (const term of index.terms) if (term.atom.kind === 'axis' && term.atom.axis === axis) factor += term.factor;
  return factor;
}
