import type { IndexAtom, IndexExpr } from '@manabi/ir';
import type { Block, Instruction, Statement } from './kernel.ts';

/** A loop of a kernel. */
export type KernelLoop = Extract<Statement, { kind: 'loop' }>;

/** An element that a kernel reads or writes. */
export interface KernelAccess {
  readonly slot: number;
  readonly index: IndexExpr;
}

/** Calls `visit` for every statement in order, including those inside loops. */
export function forEachStatement(block: Block, visit: (statement: Statement) => void): void {
  for (const statement of block) {
    visit(statement);
    if (statement.kind === 'loop') forEachStatement(statement.body, visit);
  }
}

/** Returns every element that a block reads or writes. */
export function accessesOf(block: Block): KernelAccess[] {
  const accesses: KernelAccess[] = [];
  forEachStatement(block, (statement) => {
    if (statement.kind === 'store') accesses.push(statement);
    if (statement.kind === 'define' && statement.instruction.kind === 'load') accesses.push(statement.instruction);
  });
  return accesses;
}

/** Returns every index expression that a block evaluates. */
export function indexesOf(block: Block): IndexExpr[] {
  const indexes = accessesOf(block).map(({ index }) => index);
  forEachStatement(block, (statement) => {
    if (statement.kind === 'define' && statement.instruction.kind === 'index') {
      indexes.push(statement.instruction.index);
    }
  });
  return indexes;
}

/** Returns the scalars that an instruction reads as operands. */
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

/** Returns the instruction that defines each scalar of a kernel. */
export function definitionsOf(body: Block): ReadonlyMap<number, Instruction> {
  const definitions = new Map<number, Instruction>();
  forEachStatement(body, (statement) => {
    if (statement.kind === 'define') definitions.set(statement.scalar, statement.instruction);
  });
  return definitions;
}

/** Calls `visit` for every scalar that an index expression reads. */
export function forEachIndexScalar(index: IndexExpr, visit: (scalar: number) => void): void {
  for (const { atom } of index.terms) {
    if (atom.kind === 'data') visit(atom.scalar);
    if (atom.kind === 'quotient' || atom.kind === 'remainder') forEachIndexScalar(atom.of, visit);
  }
}

/** Returns whether an index expression changes with one of the axes or with one of the scalars. */
export function indexVaries(index: IndexExpr, axes: readonly number[], scalars: ReadonlySet<number>): boolean {
  return index.terms.some(({ atom }) => atomVaries(atom, axes, scalars));
}

/** Returns the same for one atom of an expression. */
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

/** Returns the factor of an axis in an index expression: 0 where the axis does not appear outside of divisions. */
export function axisFactor(index: IndexExpr, axis: number): number {
  let factor = 0;
  for (const term of index.terms) if (term.atom.kind === 'axis' && term.atom.axis === axis) factor += term.factor;
  return factor;
}
