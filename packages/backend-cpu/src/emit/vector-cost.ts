import {
  atomVaries,
  type Block,
  forEachStatement,
  type Kernel,
  type KernelAccess,
  type KernelLoop,
  type Statement,
} from '@manabi/compiler';
import { type DType, type IndexExpr, isFloat, type ScalarOp } from '@manabi/ir';
import { type Region, regionAxes } from './emission.ts';
import { isFormula } from './support.ts';
import { lanePattern } from './vector-memory.ts';

/** Estimated cycles of loop overhead per iteration. */
export const loopCost = 2;

/** Properties of vectorized code that its estimated time depends on. */
export type CostRegion = Pick<Region, 'axis' | 'acrossAxis' | 'varying'>;

/** Returns the estimated cycles to combine the lanes of the accumulators after a vectorized loop. */
export function joinCost(loop: KernelLoop): number {
  let cost = 0;
  forEachStatement(loop.body, (statement) => {
    if (statement.kind === 'accumulate') cost += 8;
  });
  return cost;
}

/** Returns the estimated cycles of a block of vectorized code, for four iterations. */
export function blockCost(kernel: Kernel, block: Block, region: CostRegion): number {
  let cost = 0;
  for (const statement of block) {
    if (statement.kind === 'loop') {
      cost += kernel.axes[statement.axis].extent * (blockCost(kernel, statement.body, region) + loopCost);
    } else {
      cost += statementCost(kernel, statement, region);
    }
  }
  return cost;
}

/** Returns the estimated cycles of a statement: for four iterations in vectorized code, for one iteration otherwise. */
export function statementCost(
  kernel: Kernel,
  statement: Exclude<Statement, KernelLoop>,
  region: CostRegion | null,
): number {
  switch (statement.kind) {
    case 'define': {
      const { instruction, scalar } = statement;
      const varies = region?.varying.scalars.has(scalar) ?? false;
      switch (instruction.kind) {
        case 'constant':
        case 'accumulator':
        case 'result':
          return 0;
        case 'load':
          return varies && region !== null ? loadCost(region, instruction) : divisions(instruction.index) + 1;
        case 'index':
          if (!varies || region === null) return divisions(instruction.index) + 1;
          return isLaneAffine(instruction.index, region) ? 2 : 4 * (divisions(instruction.index) + 2);
        case 'checkedIndex':
          return 3;
        case 'scalar':
          return instructionCost(instruction.op, kernel.scalars[scalar], varies);
      }
      return 1;
    }
    case 'store': {
      const joined = statement.combine === 'set' ? 1 : 3;
      if (region === null) return joined + divisions(statement.index);
      if (lanePattern(region, statement) === 'contiguous') return joined;
      return 4 * (1 + joined + divisions(statement.index));
    }
    case 'begin':
    case 'accumulate':
    case 'accumulateIndex':
    case 'assign':
      return 1;
  }
}

function loadCost(region: CostRegion, access: KernelAccess): number {
  switch (lanePattern(region, access)) {
    case 'uniform':
    case 'contiguous':
      return 1;
    case 'reversed':
      return 2;
    case 'transposed':
      return 3;
    case 'apart':
      return 6 + 4 * divisions(access.index);
  }
}

function divisions(index: IndexExpr): number {
  let cost = 0;
  for (const { atom } of index.terms) {
    if (atom.kind === 'quotient' || atom.kind === 'remainder') cost += 4 + divisions(atom.of);
  }
  return cost;
}

function isLaneAffine(index: IndexExpr, region: CostRegion): boolean {
  const axes = regionAxes(region);
  return index.terms.every(({ atom }) => atom.kind === 'axis' || !atomVaries(atom, axes, region.varying.scalars));
}

/** Estimates the cycles of a scalar instruction on one element or on a vector. */
export function instructionCost(op: ScalarOp, dtype: DType, vector: boolean): number {
  if (isFormula(op) && isFloat(dtype)) return op === 'exp' ? 12 : 20;
  if (op === 'div' || op === 'rem') return isFloat(dtype) ? 3 : vector ? 20 : 8;
  if (op === 'cast' && dtype === 'float16') return 4;
  return op === 'sqrt' ? 4 : 1;
}
