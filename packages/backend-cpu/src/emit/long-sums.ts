import type { Block, KernelLoop } from '@manabi/compiler';
import type { LocalId } from '../wasm/index.ts';
import type { AccumulatorPlace, Emission, WideTotals } from './emission.ts';
import { clearWide, longestRun, moveToWide, pushNarrowed, wideSums } from './wide-sum.ts';

/** Sums of so few terms do without totals: setting up and moving them would take as long as a third of the additions. */
const fewTerms = 2 * longestRun;

/** Whether a block adds so much to one lane of an accumulator that it needs totals. */
export function needsTotals(e: Emission, accumulator: number, block: Block): boolean {
  return additionsIn(e, block, accumulator) > fewTerms;
}

/** Additions to one lane of an accumulator. */
function additionsIn(e: Emission, block: Block, accumulator: number): number {
  let additions = 0;
  for (const statement of block) {
    if (statement.kind === 'accumulate' && statement.accumulator === accumulator) additions++;
    if (statement.kind === 'loop') additions += turnsOf(e, statement) * additionsIn(e, statement.body, accumulator);
  }
  return additions;
}

/** Declares totals and sets them to zero. */
export function beginTotals({ f }: Emission, vectors: number, hasScalar: boolean): WideTotals {
  const totals = { vectors: wideSums(f, vectors), scalar: hasScalar ? f.local('f64') : null };
  for (const sum of totals.vectors) clearWide(f, sum);
  if (totals.scalar !== null) f.f64(0).set(totals.scalar);
  return totals;
}

/** The accumulators that a loop moves into their totals, after every so many of its turns. */
export interface Moves {
  readonly every: number;
  readonly accumulators: readonly number[];
}

/** What a loop with this body has to move; null if no run of additions becomes too long in it. */
export function movesOf(e: Emission, body: Block, turns: number): Moves | null {
  let every = turns;
  const accumulators: number[] = [];
  e.accumulators.forEach((place, accumulator) => {
    if (place === undefined || place.totals === null) return;
    const run = unmovedIn(e, body, accumulator);
    if (run * turns <= longestRun) return;
    accumulators.push(accumulator);
    every = Math.min(every, Math.max(1, Math.floor(longestRun / run)));
  });
  return accumulators.length === 0 ? null : { every, accumulators };
}

/** Additions to one lane of an accumulator that a block leaves behind without having moved them. */
function unmovedIn(e: Emission, block: Block, accumulator: number): number {
  let run = 0;
  for (const statement of block) {
    if (statement.kind === 'accumulate' && statement.accumulator === accumulator) run++;
    if (statement.kind !== 'loop') continue;
    const inside = turnsOf(e, statement) * unmovedIn(e, statement.body, accumulator);
    if (inside <= longestRun) run += inside;
  }
  return run;
}

/** How often a loop adds to the same lane in each turn of its body. */
function turnsOf(e: Emission, loop: KernelLoop): number {
  const { extent } = e.kernel.axes[loop.axis];
  const choice = e.region === null ? e.choices.get(loop) : undefined;
  return choice?.kind === 'strips' ? Math.ceil(extent / (4 * choice.jam)) : extent;
}

/** Adds the present sums of an accumulator to its totals, and sets them to zero. */
export function moveToTotals({ f }: Emission, place: AccumulatorPlace): void {
  const { totals } = place;
  if (totals === null) return;
  if (place.kind !== 'scalar') {
    place.vectors.forEach((vector, i) => {
      moveToWide(f, totals.vectors[i], vector);
    });
  }
  if (place.kind === 'vectors' || totals.scalar === null) return;
  f.get(totals.scalar).get(place.local).op('f64.promote_f32', 'f64.add').set(totals.scalar);
  f.f32(0).set(place.local);
}

/** Pushes the sum of all totals as float32; nothing may have been added since they were moved. */
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

/** Pushes the totals of one vector, and what was added to it since, as float32. */
export function pushTotalVector({ f }: Emission, totals: WideTotals, instance: number, vector: LocalId): void {
  pushNarrowed(f, totals.vectors[instance], vector);
}
