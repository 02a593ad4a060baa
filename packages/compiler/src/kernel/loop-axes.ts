import {
  addIndex,
  axisIndex,
  divideIndex,
  type IndexAtom,
  type IndexExpr,
  scaleIndex,
  substituteAxes,
} from '@manabi/ir';
import type { Axis, Block, Instruction, Kernel, Statement } from '../plan/kernel.ts';
import { indexesOf } from '../plan/walk-kernel.ts';

/**
 * Rewrites the loops of a kernel to remove divisions from index expressions: splits a loop in two where a reshape
 * splits its axis. Then merges nested loops that access memory like a single loop.
 */
export function simplifyLoops(kernel: Kernel): Kernel {
  let result = kernel;
  for (let again = true; again; ) {
    again = false;
    const split = findSplit(result);
    if (split !== null) {
      result = split;
      again = true;
    }
  }
  return mergeLoops(result);
}

function divisions(index: IndexExpr): Extract<IndexAtom, { kind: 'quotient' | 'remainder' }>[] {
  return index.terms.flatMap(({ atom }) =>
    atom.kind === 'quotient' || atom.kind === 'remainder' ? [atom, ...divisions(atom.of)] : [],
  );
}

function countDivisions(block: Block): number {
  return indexesOf(block).reduce((count, index) => count + divisions(index).length, 0);
}

type Replace = (axis: number, extent: number) => IndexExpr;

function mapIndexes(block: Block, replace: Replace): Block {
  return block.map((statement): Statement => {
    switch (statement.kind) {
      case 'loop':
        return { ...statement, body: mapIndexes(statement.body, replace) };
      case 'store':
        return { ...statement, index: substituteAxes(statement.index, replace) };
      case 'define':
        return { ...statement, instruction: mapInstruction(statement.instruction, replace) };
      default:
        return statement;
    }
  });
}

function mapInstruction(instruction: Instruction, replace: Replace): Instruction {
  return instruction.kind === 'load' || instruction.kind === 'index'
    ? { ...instruction, index: substituteAxes(instruction.index, replace) }
    : instruction;
}

/**
 * Splits one loop of a kernel in two if this removes divisions from index expressions. Returns null if no split does.
 */
function findSplit(kernel: Kernel): Kernel | null {
  const before = countDivisions(kernel.body);
  if (before === 0) return null;
  for (const index of indexesOf(kernel.body)) {
    for (const { of, by } of divisions(index)) {
      for (const { atom, factor } of of.terms) {
        if (atom.kind !== 'axis' || factor <= 0 || by % factor !== 0) continue;
        const period = by / factor;
        if (period === 1 || period >= atom.extent || atom.extent % period !== 0) continue;
        const split = splitLoop(kernel, atom.axis, period);
        if (split !== null && countDivisions(split.body) < before) return split;
      }
    }
  }
  return null;
}

function splitLoop(kernel: Kernel, axis: number, period: number): Kernel | null {
  if (!hasLoop(kernel.body, axis)) return null;
  const { extent, kind } = kernel.axes[axis];
  const fine = kernel.axes.length;
  const axes: Axis[] = kernel.axes.map((known, i) => (i === axis ? { kind, extent: extent / period } : known));
  axes.push({ kind, extent: period });
  const position = addIndex(scaleIndex(axisIndex(axis, extent / period), period), axisIndex(fine, period));
  const body = mapIndexes(kernel.body, (other, length) => (other === axis ? position : axisIndex(other, length)));
  const nest = (block: Block): Block =>
    block.map((statement): Statement => {
      if (statement.kind !== 'loop') return statement;
      if (statement.axis !== axis) return { ...statement, body: nest(statement.body) };
      return { ...statement, body: [{ kind: 'loop', axis: fine, body: statement.body }] };
    });
  return { ...kernel, axes, body: nest(body) };
}

function hasLoop(block: Block, axis: number): boolean {
  return block.some(
    (statement) => statement.kind === 'loop' && (statement.axis === axis || hasLoop(statement.body, axis)),
  );
}

/**
 * Merges a loop with the loop directly inside it if both are of the same kind, the body contains nothing else, and
 * index expressions need no divisions afterwards.
 */
function mergeLoops(kernel: Kernel): Kernel {
  let axes = kernel.axes;
  const merge = (block: Block): Block =>
    block.map((statement): Statement => {
      if (statement.kind !== 'loop') return statement;
      const loop: Statement = { ...statement, body: merge(statement.body) };
      const [inner, ...others] = loop.body;
      if (inner?.kind !== 'loop' || others.length > 0) return loop;
      const outerAxis = axes[loop.axis];
      const innerAxis = axes[inner.axis];
      if (outerAxis.kind !== innerAxis.kind || outerAxis.extent === 0 || innerAxis.extent === 0) return loop;
      const extent = outerAxis.extent * innerAxis.extent;
      const both = axisIndex(loop.axis, extent);
      const { quotient, remainder } = divideIndex(both, innerAxis.extent);
      const body = mapIndexes(inner.body, (axis, length) => {
        if (axis === loop.axis) return quotient;
        return axis === inner.axis ? remainder : axisIndex(axis, length);
      });
      if (countDivisions(body) > countDivisions(inner.body)) return loop;
      axes = axes.map((axis, i) => (i === loop.axis ? { ...axis, extent } : axis));
      return { ...loop, body };
    });
  const body = merge(kernel.body);
  return { ...kernel, axes, body };
}
