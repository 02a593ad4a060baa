import type { Block, Kernel, Statement } from '@manabi/compiler';
import { type DType, type IndexExpr, isFloat, type ScalarOp } from '@manabi/ir';
import { elementCode } from './element.ts';
import { type Region, regionAxes } from './emission.ts';
import { isMathName } from './support.ts';
import { type Varying, varyingIn } from './varying.ts';
import { lanePattern } from './vector-memory.ts';
import { type Access, atomVaries, forEachStatement } from './walk.ts';

type Loop = Extract<Statement, { kind: 'loop' }>;

/** How a loop runs in vectors: in strips, or together with the innermost loop inside of it in tiles. */
export type VectorChoice = StripChoice | TileChoice;

/** Strips of several vectors. */
export interface StripChoice {
  readonly kind: 'strips';
  /** Vectors that are worked on at once: enough to hide latencies, few enough for the registers. */
  readonly jam: number;
  readonly varying: Varying;
}

/** Tiles: vectors lie along the innermost loop, and there is something to transpose. */
export interface TileChoice {
  readonly kind: 'tiles';
  readonly inner: Loop;
  readonly varying: Varying;
}

/** The loops of a kernel that run in vectors; none lies inside of another. */
export type VectorChoices = ReadonlyMap<Statement, VectorChoice>;

/** Decides which loops run in vectors: where an estimate of the time is least. Estimates all of the kernel with it. */
export function chooseVectors(kernel: Kernel): { readonly choices: VectorChoices; readonly cost: number } {
  const choices = new Map<Statement, VectorChoice>();
  let cost = 0;
  for (const statement of kernel.body) {
    cost += statement.kind === 'loop' ? chooseIn(kernel, statement, choices) : statementCost(kernel, statement, null);
  }
  return { choices, cost };
}

/** Chooses in a loop and those inside it; returns the estimate. */
function chooseIn(kernel: Kernel, loop: Loop, choices: Map<Statement, VectorChoice>): number {
  const inner = new Map<Statement, VectorChoice>();
  const { extent } = kernel.axes[loop.axis];
  let turn = 0;
  for (const statement of loop.body) {
    turn += statement.kind === 'loop' ? chooseIn(kernel, statement, inner) : statementCost(kernel, statement, null);
  }
  let joins = 0;
  if (kernel.axes[loop.axis].kind !== 'reduce') {
    for (const loopInside of inner.keys()) if (loopInside.kind === 'loop') joins += joinCost(loopInside);
  }
  const scalar = extent * (turn + joins + loopCost) + loopCost;

  const strips = stripsOf(kernel, loop);
  const tiles = tilesOf(kernel, loop);
  const best = tiles !== undefined && (strips === undefined || tiles.cost < strips.cost) ? tiles : strips;
  if (best !== undefined && best.cost < scalar) {
    choices.set(loop, best.choice);
    return best.cost;
  }
  for (const [statement, choice] of inner) choices.set(statement, choice);
  return scalar;
}

/** A choice and what it is estimated to cost. */
interface Estimate {
  readonly choice: VectorChoice;
  readonly cost: number;
}

/** The loop in strips, if its turns may run in lanes. */
function stripsOf(kernel: Kernel, loop: Loop): Estimate | undefined {
  const varying = canRunInVectors(kernel, loop);
  if (varying === undefined) return undefined;
  const { extent } = kernel.axes[loop.axis];
  const region = { axis: loop.axis, acrossAxis: null, varying };
  const cost = Math.ceil(extent / 4) * blockCost(kernel, loop.body, region) + loopCost;
  return { choice: { kind: 'strips', jam: jamOf(kernel, loop, varying), varying }, cost };
}

/** Tiles of a loop and the innermost one inside of it, if only loops lie between and that makes loads contiguous. */
function tilesOf(kernel: Kernel, loop: Loop): Estimate | undefined {
  let inner = loop;
  let turns = 1;
  for (;;) {
    const { extent, kind } = kernel.axes[inner.axis];
    if (kind !== 'parallel') return undefined;
    turns *= extent;
    const loops = inner.body.filter((statement) => statement.kind === 'loop');
    if (loops.length === 0) break;
    const [next] = loops;
    const others = inner.body.filter((statement) => statement !== next);
    const constants = others.every((other) => other.kind === 'define' && other.instruction.kind === 'constant');
    if (next.kind !== 'loop' || !constants) return undefined;
    inner = next;
  }
  if (inner === loop || kernel.axes[loop.axis].extent < 4 || kernel.axes[inner.axis].extent < 4) return undefined;
  const varying = varyingIn(inner.body, [inner.axis, loop.axis]);
  if (!fitsLanes(kernel, inner.body, varying)) return undefined;
  const region = { axis: inner.axis, acrossAxis: loop.axis, varying };
  const transposes = inner.body.some(
    (statement) =>
      statement.kind === 'define' &&
      statement.instruction.kind === 'load' &&
      lanePattern(region, statement.instruction) === 'transposed',
  );
  if (!transposes) return undefined;
  const { extent } = kernel.axes[inner.axis];
  const cost = (turns / extent) * Math.ceil(extent / 4) * blockCost(kernel, inner.body, region) + loopCost;
  return { choice: { kind: 'tiles', inner, varying }, cost };
}

const loopCost = 2;

type CostRegion = Pick<Region, 'axis' | 'acrossAxis' | 'varying'>;

/** What it costs to join the lanes of the accumulators that a loop in vectors leaves. */
function joinCost(loop: Loop): number {
  let cost = 0;
  forEachStatement(loop.body, (statement) => {
    if (statement.kind === 'accumulate') cost += 8;
  });
  return cost;
}

function blockCost(kernel: Kernel, block: Block, region: CostRegion): number {
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

/** Rough cycles of a statement: of one turn, or of four in vectors. */
function statementCost(kernel: Kernel, statement: Exclude<Statement, Loop>, region: CostRegion | null): number {
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
    case 'assign':
      return 1;
  }
}

function loadCost(region: CostRegion, access: Access): number {
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

function instructionCost(op: ScalarOp, dtype: DType, vector: boolean): number {
  if (isMathName(op) && isFloat(dtype)) return op === 'exp' ? 12 : 20;
  if (op === 'div' || op === 'rem') return isFloat(dtype) ? 3 : vector ? 20 : 8;
  return op === 'sqrt' ? 4 : 1;
}

/** What varies in the loop, if its turns may run in the lanes of vectors. */
function canRunInVectors(kernel: Kernel, loop: Loop): Varying | undefined {
  const { kind, extent } = kernel.axes[loop.axis];
  if (kind === 'sequential' || extent < 2) return undefined;
  const varying = varyingIn(loop.body, [loop.axis]);
  if (!fitsLanes(kernel, loop.body, varying)) return undefined;

  const begun = new Set<number>();
  const joined = new Map<number, string>();
  let possible = true;
  forEachStatement(loop.body, (statement) => {
    if (statement.kind === 'begin') begun.add(statement.accumulator);
    else if (statement.kind === 'accumulate' && !begun.has(statement.accumulator)) {
      const known = joined.get(statement.accumulator) ?? statement.combine;
      if (known !== statement.combine || kernel.accumulators[statement.accumulator] === 'float64') possible = false;
      joined.set(statement.accumulator, statement.combine);
    } else if (statement.kind === 'assign' && !begun.has(statement.accumulator)) possible = false;
  });
  forEachStatement(loop.body, (statement) => {
    if (statement.kind !== 'define' || statement.instruction.kind !== 'accumulator') return;
    if (joined.has(statement.instruction.accumulator)) possible = false;
  });
  return possible ? varying : undefined;
}

/** True if nothing that varies is wider than a lane, and nothing that is stored. */
export function fitsLanes(kernel: Kernel, body: Block, varying: Varying): boolean {
  const fits = (dtype: DType): boolean => elementCode[dtype].bytes <= 4;
  let stores = true;
  forEachStatement(body, (statement) => {
    if (statement.kind === 'store' && !fits(kernel.scalars[statement.value])) stores = false;
  });
  return (
    stores &&
    [...varying.scalars].every((scalar) => fits(kernel.scalars[scalar])) &&
    [...varying.accumulators].every((accumulator) => fits(kernel.accumulators[accumulator]))
  );
}

/** Vectors to work on at once: more of them the less there is to do for each. */
function jamOf(kernel: Kernel, loop: Loop, { scalars, accumulators }: Varying): number {
  let work = 0;
  let nested = false;
  let heavy = false;
  let joins = 0;
  forEachStatement(loop.body, (statement) => {
    if (statement.kind === 'loop') nested = true;
    if (statement.kind === 'store') work++;
    if (statement.kind === 'accumulate' && accumulators.has(statement.accumulator)) {
      work++;
      joins++;
    }
    if (statement.kind !== 'define' || !scalars.has(statement.scalar)) return;
    const { instruction } = statement;
    if (instruction.kind === 'constant' || instruction.kind === 'accumulator') return;
    work++;
    if (instruction.kind === 'scalar' && instructionCost(instruction.op, kernel.scalars[statement.scalar], true) > 4) {
      heavy = true;
    }
  });
  if (heavy) return 1;
  if (nested) return work <= 4 ? 8 : work <= 8 ? 4 : work <= 16 ? 2 : 1;
  if (joins > 0) return work <= 6 ? 4 : work <= 12 ? 2 : 1;
  return work <= 3 ? 4 : work <= 6 ? 2 : 1;
}

/** Scalars of a loop's body, or of blocks around it, that do not vary in it and are read as vectors. */
export function splattedIn(body: Block, { scalars, accumulators }: Varying): ReadonlySet<number> {
  const splatted = new Set<number>();
  const add = (scalar: number): void => {
    if (!scalars.has(scalar)) splatted.add(scalar);
  };
  forEachStatement(body, (statement) => {
    switch (statement.kind) {
      case 'define': {
        const { instruction, scalar } = statement;
        if (instruction.kind !== 'scalar' || !scalars.has(scalar)) break;
        const shifts = instruction.op === 'shiftLeft' || instruction.op === 'shiftRight';
        for (const operand of shifts ? instruction.operands.slice(0, 1) : instruction.operands) add(operand);
        break;
      }
      case 'accumulate':
      case 'assign':
        if (accumulators.has(statement.accumulator)) add(statement.value);
        break;
      case 'store':
        add(statement.value);
        break;
      case 'begin':
      case 'loop':
        break;
    }
  });
  return splatted;
}
