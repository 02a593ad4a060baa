import { type Block, forEachStatement, type Statement } from '@manabi/compiler';
import { type Combine, identityOf } from '@manabi/ir';
import type { LocalId } from '../wasm/index.ts';
import { pushCombined, pushCombinedVectors, pushFastExtremum, pushJoinedLanes, pushMasked } from './combine.ts';
import { localType, pushConstant, pushVectorConstant } from './element.ts';
import { type AccumulatorLocation, activeLanes, type Emission, misplaced, type VectorAccumulator } from './emission.ts';
import { beginTotals, moveToTotals, needsTotals, pushTotal, pushTotalVector } from './long-sums.ts';
import { pushValue, pushVector } from './values.ts';

/**
 * Writes code that initializes an accumulator. `rest` contains the statements that follow in its block, which determine
 * how it is stored.
 */
export function emitBegin(e: Emission, accumulator: number, initial: number, rest: Block): void {
  const { f, region } = e;
  const dtype = e.kernel.accumulators[accumulator];
  const use = useOf(accumulator, rest);
  const declare = (count: number, value: number): VectorAccumulator => {
    const vectors = f.locals('v128', count);
    for (const vector of vectors) pushVectorConstant(f, dtype, value).set(vector);
    if (dtype !== 'float32' || (use !== 'max' && use !== 'min')) return { vectors, nans: null };
    const nans = f.locals('v128', count);
    for (const nan of nans) f.i32x4(0).set(nan);
    return { vectors, nans };
  };
  const isLong = dtype === 'float32' && use === 'add' && needsTotals(e, accumulator, rest);
  const totalsOf = (vectors: number, hasScalar: boolean) => (isLong ? beginTotals(e, vectors, hasScalar) : null);
  if (region?.varying.accumulators.has(accumulator)) {
    const count = region.instances.length;
    e.accumulators[accumulator] = { kind: 'vectors', ...declare(count, initial), totals: totalsOf(count, false) };
    return;
  }
  const local = f.local(localType(dtype, false));
  pushConstant(f, dtype, initial).set(local);
  const parts = region === null ? partsIn(e, accumulator, rest) : 0;
  const totals = totalsOf(parts, true);
  e.accumulators[accumulator] =
    parts === 0 || use === 'assigned'
      ? { kind: 'scalar', local, totals }
      : { kind: 'partial', local, combine: use, ...declare(parts, identityOf(use, dtype)), totals };
}

/**
 * Returns how a block combines values into an accumulator, or `assigned` if the block assigns to it or combines values
 * in several ways.
 */
function useOf(accumulator: number, block: Block): Combine | 'assigned' {
  let use: Combine | 'assigned' | undefined;
  forEachStatement(block, (statement) => {
    if (statement.kind === 'assign' && statement.accumulator === accumulator) use = 'assigned';
    if (statement.kind === 'accumulate' && statement.accumulator === accumulator) {
      use = use === undefined || use === statement.combine ? statement.combine : 'assigned';
    }
  });
  return use ?? 'assigned';
}

/** Returns how many vectors are needed to hold partial values of an accumulator in the vectorized loops of a block. */
function partsIn(e: Emission, accumulator: number, block: Block): number {
  let count = 0;
  forEachStatement(block, (statement) => {
    if (statement.kind !== 'loop') return;
    const choice = e.choices.get(statement);
    if (choice?.kind !== 'strips') return;
    forEachStatement(statement.body, (inner) => {
      if (inner.kind !== 'accumulate' || inner.accumulator !== accumulator) return;
      count = Math.max(count, Math.min(choice.jam, Math.ceil(e.kernel.axes[statement.axis].extent / 4)));
    });
  });
  return count;
}

/** Writes code that combines a scalar with an accumulator. */
export function emitAccumulate(e: Emission, statement: Extract<Statement, { kind: 'accumulate' }>): void {
  const { f, region, support } = e;
  const { accumulator, combine, value } = statement;
  const location = accumulatorLocation(e, accumulator);
  const dtype = e.kernel.accumulators[accumulator];
  if (location.kind === 'scalar' || (location.kind === 'partial' && region === null)) {
    pushCombined(
      f,
      support,
      combine,
      dtype,
      (g) => g.get(location.local),
      () => pushValue(e, value, null),
    );
    f.set(location.local);
    return;
  }
  region?.instances.forEach((_, instance) => {
    const vector = location.vectors[instance];
    const push = (): void => {
      const whole = (): void => pushVector(e, value, instance);
      if (location.kind === 'partial') pushMasked(f, combine, dtype, activeLanes(region, instance), whole);
      else whole();
    };
    if (location.nans !== null && (combine === 'max' || combine === 'min')) {
      pushFastExtremum(f.get(vector), combine, push).set(vector);
      const nan = location.nans[instance];
      f.get(nan);
      push();
      push();
      f.op('f32x4.ne', 'v128.or').set(nan);
    } else {
      pushCombinedVectors(f, support, combine, dtype, (g) => g.get(vector), push);
      f.set(vector);
    }
  });
}

/** Writes code that assigns a scalar to an accumulator. */
export function emitAssign(e: Emission, accumulator: number, value: number): void {
  const location = accumulatorLocation(e, accumulator);
  if (location.kind !== 'vectors') {
    pushValue(e, value, null);
    e.f.set(location.local);
    return;
  }
  location.vectors.forEach((vector, instance) => {
    pushVector(e, value, instance);
    e.f.set(vector);
  });
}

/** Writes code that pushes the value of an accumulator, which must be the same in all lanes. */
export function pushAccumulator(e: Emission, accumulator: number): void {
  const { f, support } = e;
  const location = accumulatorLocation(e, accumulator);
  const dtype = e.kernel.accumulators[accumulator];
  if (location.kind === 'vectors') throw misplaced(e, 'a vector accumulator');
  if (location.totals !== null) {
    moveToTotals(e, location);
    pushTotal(e, location.totals);
    return;
  }
  if (location.kind === 'scalar') {
    f.get(location.local);
    return;
  }
  const joined = f.local(localType(dtype, false));
  pushJoinedLanes(f, support, location.combine, dtype, location.vectors, location.nans !== null);
  f.set(joined);
  if (location.nans !== null) f.f32(Number.NaN);
  pushCombined(
    f,
    support,
    location.combine,
    dtype,
    (g) => g.get(location.local),
    (g) => g.get(joined),
  );
  if (location.nans === null) return;
  pushAny(e, location.nans);
  f.op('select');
}

function pushAny(e: Emission, masks: readonly LocalId[]): void {
  masks.forEach((mask, i) => {
    e.f.get(mask);
    if (i > 0) e.f.op('v128.or');
  });
  e.f.op('v128.any_true');
}

/** Writes code that pushes one of the vectors of an accumulator whose value differs between lanes. */
export function pushAccumulatorVector(e: Emission, accumulator: number, instance: number): void {
  const location = accumulatorLocation(e, accumulator);
  if (location.kind !== 'vectors') throw misplaced(e, 'a partial accumulator');
  if (location.totals !== null) {
    pushTotalVector(e, location.totals, instance, location.vectors[instance]);
    return;
  }
  e.f.get(location.vectors[instance]);
  // The bits of a mask are ones, which is NaN as float32.
  if (location.nans !== null) e.f.get(location.nans[instance]).op('v128.or');
}

function accumulatorLocation(e: Emission, accumulator: number): AccumulatorLocation {
  const location = e.accumulators[accumulator];
  if (location === undefined) throw misplaced(e, `accumulator ${accumulator}`);
  return location;
}
