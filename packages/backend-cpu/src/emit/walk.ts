import type { Block, Instruction, Statement } from '@manabi/compiler';
import type { IndexAtom, IndexExpr } from '@manabi/ir';

/** A loop of a kernel. */
export type Loop = Extract<Statement, { kind: 'loop' }>;

/** An element that a kernel reads or writes. */
export interface Access {
  readonly slot: number;
  readonly index: IndexExpr;
}

/** Calls `visit` for every statement, those inside of loops too, in order. */
export function forEachStatement(block: Block, visit: (statement: Statement) => void): void {
  for (const statement of block) {
    visit(statement);
    if (statement.kind === 'loop') forEachStatement(statement.body, visit);
  }
}

/** Every element that a block reads or writes. */
export function accessesOf(block: Block): Access[] {
  const accesses: Access[] = [];
  forEachStatement(block, (statement) => {
    if (statement.kind === 'store') accesses.push(statement);
    if (statement.kind === 'define' && statement.instruction.kind === 'load') accesses.push(statement.instruction);
  });
  return accesses;
}

/** Every index expression that a block evaluates. */
export function indexesOf(block: Block): IndexExpr[] {
  const indexes = accessesOf(block).map(({ index }) => index);
  forEachStatement(block, (statement) => {
    if (statement.kind === 'define' && statement.instruction.kind === 'index') {
      indexes.push(statement.instruction.index);
    }
  });
  return indexes;
}

/** Scalars that an instruction reads as operands. */
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

/** The instruction that defines each scalar of a kernel. */
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

/** True if an index expression changes with one of the axes or with one of the scalars. */
export function indexVaries(index: IndexExpr, axes: readonly number[], scalars: ReadonlySet<number>): boolean {
  return index.terms.some(({ atom }) => atomVaries(atom, axes, scalars));
}

/** The same for a part of an expression. */
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
