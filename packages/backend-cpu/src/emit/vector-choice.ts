import {
  type Block,
  forEachStatement,
  type Kernel,
  type KernelLoop,
  type Statement,
  type Varying,
  varyingIn,
} from '@manabi/compiler';
import { fitsLanes } from './varying.ts';
import type { VectorChoice, VectorChoices } from './vector-choices.ts';
import { blockCost, instructionCost, joinCost, loopCost, statementCost } from './vector-cost.ts';
import { lanePattern } from './vector-memory.ts';

/**
 * Returns the loops of a kernel to vectorize, selected for the smallest estimated time, and the estimated time of the
 * kernel.
 */
export function chooseVectors(kernel: Kernel): { readonly choices: VectorChoices; readonly cost: number } {
  const choices = new Map<Statement, VectorChoice>();
  let cost = 0;
  for (const statement of kernel.body) {
    cost += statement.kind === 'loop' ? chooseIn(kernel, statement, choices) : statementCost(kernel, statement, null);
  }
  return { choices, cost };
}

/**
 * Selects which of a loop and the loops inside it to vectorize, and adds them to `choices`. Returns the estimated time
 * of the loop.
 */
function chooseIn(kernel: Kernel, loop: KernelLoop, choices: Map<Statement, VectorChoice>): number {
  const inner = new Map<Statement, VectorChoice>();
  const { extent } = kernel.axes[loop.axis];
  let iteration = 0;
  for (const statement of loop.body) {
    iteration +=
      statement.kind === 'loop' ? chooseIn(kernel, statement, inner) : statementCost(kernel, statement, null);
  }
  let joins = 0;
  if (kernel.axes[loop.axis].kind !== 'reduce') {
    for (const loopInside of inner.keys()) if (loopInside.kind === 'loop') joins += joinCost(loopInside);
  }
  const scalar = extent * (iteration + joins + loopCost) + loopCost;

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

/** A way to vectorize a loop, with its estimated time in cycles. */
interface Estimate {
  readonly choice: VectorChoice;
  readonly cost: number;
}

/**
 * Returns how to run a loop in strips, with its estimated time; undefined if its iterations cannot run in the lanes of
 * vectors.
 */
function stripsOf(kernel: Kernel, loop: KernelLoop): Estimate | undefined {
  const varying = canRunInVectors(kernel, loop);
  if (varying === undefined) return undefined;
  const { extent } = kernel.axes[loop.axis];
  const region = { axis: loop.axis, acrossAxis: null, varying };
  const cost = Math.ceil(extent / 4) * blockCost(kernel, loop.body, region) + loopCost;
  return { choice: { kind: 'strips', jam: jamOf(kernel, loop, varying), varying }, cost };
}

/**
 * Returns how to run a loop and the innermost loop inside it in tiles, with the estimated time; undefined unless the
 * loops are perfectly nested and tiles make accesses contiguous.
 */
function tilesOf(kernel: Kernel, loop: KernelLoop): Estimate | undefined {
  let inner = loop;
  let iterations = 1;
  for (;;) {
    const { extent, kind } = kernel.axes[inner.axis];
    if (kind !== 'parallel') return undefined;
    iterations *= extent;
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
  const cost = (iterations / extent) * Math.ceil(extent / 4) * blockCost(kernel, inner.body, region) + loopCost;
  return { choice: { kind: 'tiles', inner, varying }, cost };
}

/**
 * Returns the scalars and accumulators that vary in a loop, or undefined if its iterations cannot run in the lanes of
 * vectors.
 */
function canRunInVectors(kernel: Kernel, loop: KernelLoop): Varying | undefined {
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

/**
 * Returns the number of vectors that a strip processes together: more if each vector needs few instructions. If the
 * loop contains other loops, the one with the most instructions decides, because registers of the code around it may be
 * spilled.
 */
function jamOf(kernel: Kernel, loop: KernelLoop, varying: Varying): number {
  const inside = loop.body.filter((statement) => statement.kind === 'loop');
  if (inside.length === 0) {
    const { work, heavy, joins } = workOf(kernel, loop.body, varying);
    if (heavy) return 1;
    if (joins > 0) return work <= 6 ? 4 : work <= 12 ? 2 : 1;
    return work <= 3 ? 4 : work <= 6 ? 2 : 1;
  }
  const works = inside.map(({ body }) => workOf(kernel, body, varying));
  if (works.some(({ heavy }) => heavy)) return 1;
  const work = Math.max(...works.map(({ work }) => work));
  return work <= 4 ? 8 : work <= 8 ? 4 : work <= 16 ? 2 : 1;
}

/**
 * Returns the number of vector instructions in a block, the number of accumulations, and whether any instruction is slow.
 */
function workOf(
  kernel: Kernel,
  block: Block,
  { scalars, accumulators }: Varying,
): { readonly work: number; readonly joins: number; readonly heavy: boolean } {
  let work = 0;
  let heavy = false;
  let joins = 0;
  forEachStatement(block, (statement) => {
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
  return { work, joins, heavy };
}
