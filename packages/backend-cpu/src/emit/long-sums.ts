import type { Block, KernelLoop } from '@manabi/compiler';
import type { LocalId } from '../wasm/index.ts';
import type { AccumulatorLocation, Emission, WideTotals } from './emission.ts';
import { clearWide, longestRun, moveToWide, pushNarrowed, wideSums } from './wide-sum.ts';

/**
 * Largest number of terms that are summed without float64 totals, because totals would add a third to the cost of so
 * few additions.
 */
const fewTerms = 2 * longestRun;

/** Whether a block adds so many terms to one lane of an accumulator that float64 totals are needed. */
export function needsTotals(e: Emission, accumulator: number, block: Block): boolean {
  return additionsIn(e, block, accumulator) > fewTerms;
}

/** Returns how many times a block adds to one lane of an accumulator. */
function additionsIn(e: Emission, block: Block, accumulator: number): number {
  let additions = 0;
  for (const statement of block) {
    if (statement.kind === 'accumulate' && statement.accumulator === accumulator) additions++;
    if (statement.kind === 'loop')
      additions += iterationsOf(e, statement) * additionsIn(e, statement.body, accumulator);
  }
  return additions;
}

/** Writes code that initializes float64 totals to zero, and returns their locals. */
export function beginTotals({ f }: Emission, vectors: number, hasScalar: boolean): WideTotals {
  const totals = { vectors: wideSums(f, vectors), scalar: hasScalar ? f.local('f64') : null };
  for (const sum of totals.vectors) clearWide(f, sum);
  if (totals.scalar !== null) f.f64(0).set(totals.scalar);
  return totals;
}

/** Accumulators that a loop adds to their float64 totals after every `every` iterations. */
export interface Moves {
  readonly every: number;
  readonly accumulators: readonly number[];
}

/**
 * Returns the accumulators that a loop must add to their float64 totals, and how often; null if the loop adds so few
 * terms that it need not.
 */
export function movesOf(e: Emission, body: Block, iterations: number): Moves | null {
  let every = iterations;
  const accumulators: number[] = [];
  e.accumulators.forEach((location, accumulator) => {
    if (location === undefined || location.totals === null) return;
    const run = unmovedIn(e, body, accumulator);
    if (run * iterations <= longestRun) return;
    accumulators.push(accumulator);
    every = Math.min(every, Math.max(1, Math.floor(longestRun / run)));
  });
  return accumulators.length === 0 ? null : { every, accumulators };
}

/**
 * Returns how many additions of a block to one lane remain in the float32 sum, because no loop in the block moves them
 * to the totals.
 */
function unmovedIn(e: Emission, block: Block, accumulator: number): number {
  let run = 0;
  for (const statement of block) {
    if (statement.kind === 'accumulate' && statement.accumulator === accumulator) run++;
    if (statement.kind !== 'loop') continue;
    const inside = iterationsOf(e, statement) * unmovedIn(e, statement.body, accumulator);
    if (inside <= longestRun) run += inside;
  }
  return run;
}

/** Returns the number of iterations of a loop that add to the same lane. */
function iterationsOf(e: Emission, loop: KernelLoop): number {
  const { extent } = e.kernel.axes[loop.axis];
  const choice = e.region === null ? e.choices.get(loop) : undefined;
  return choice?.kind === 'strips' ? Math.ceil(extent / (4 * choice.jam)) : extent;
}

/** Writes code that adds the float32 sums of an accumulator to its float64 totals, and resets the sums to zero. */
export function moveToTotals({ f }: Emission, location: AccumulatorLocation): void {
  const { totals } = location;
  if (totals === null) return;
  if (location.kind !== 'scalar') {
    location.vectors.forEach((vector, i) => {
      moveToWide(f, totals.vectors[i], vector);
    });
  }
  if (location.kind === 'vectors' || totals.scalar === null) return;
  f.get(totals.scalar).get(location.local).op('f64.promote_f32', 'f64.add').set(totals.scalar);
  f.f32(0).set(location.local);
}

/**
 * Writes code that pushes the sum of all float64 totals of an accumulator as float32. Its float32 sums must be zero.
 */
export function pushTotal({ f }: Emission, { vectors, scalar }: WideTotals): void {
  if (vectors.length > 0) {
    const sum = f.local('v128');
    vectors.forEach(({ low, high }, i) => {
      f.get(low).get(high).op('f64x2.add');
      if (i > 0) f.op('f64x2.add');
    });
    f.tee(sum).lane('f64x2.extract_lane', 0).get(sum).lane('f64x2.extract_lane', 1).op('f64.add');
  }
  if (scalar !== null) f.get(scalar);
  if (vectors.length > 0 && scalar !== null) f.op('f64.add');
  f.op('f32.demote_f64');
}

/**
 * Writes code that pushes a float32 vector: the float64 totals of one vector of an accumulator plus its float32 sums.
 */
export function pushTotalVector({ f }: Emission, totals: WideTotals, instance: number, vector: LocalId): void {
  pushNarrowed(f, totals.vectors[instance], vector);
}
