import { type Block, forEachStatement, type Statement } from '@manabi/compiler';
import { type Combine, identityOf } from '@manabi/ir';
import type { LocalId } from '../wasm/index.ts';
import { pushCombined, pushCombinedVectors, pushFastExtremum, pushJoinedLanes, pushMasked } from './combine.ts';
import { localType, pushConstant, pushVectorConstant } from './element.ts';
import { type AccumulatorPlace, activeLanes, type Emission, misplaced, type VectorAccumulator } from './emission.ts';
import { beginTotals, moveToTotals, needsTotals, pushTotal, pushTotalVector } from './long-sums.ts';
import { pushValue, pushVector } from './values.ts';

/** Declares and sets an accumulator; `rest` is what follows in its block. */
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

/** How a block joins values into an accumulator, if that is all it does with it but for reading it. */
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

/** How many vectors the loops that run in lanes join into an accumulator of a block around them. */
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

/** Joins a scalar into an accumulator. */
export function emitAccumulate(e: Emission, statement: Extract<Statement, { kind: 'accumulate' }>): void {
  const { f, region, support } = e;
  const { accumulator, combine, value } = statement;
  const place = accumulatorPlace(e, accumulator);
  const dtype = e.kernel.accumulators[accumulator];
  if (place.kind === 'scalar' || (place.kind === 'partial' && region === null)) {
    pushCombined(
      f,
      support,
      combine,
      dtype,
      (g) => g.get(place.local),
      () => pushValue(e, value, null),
    );
    f.set(place.local);
    return;
  }
  region?.instances.forEach((_, instance) => {
    const vector = place.vectors[instance];
    const push = (): void => {
      const whole = (): void => pushVector(e, value, instance);
      if (place.kind === 'partial') pushMasked(f, combine, dtype, activeLanes(region, instance), whole);
      else whole();
    };
    if (place.nans !== null && (combine === 'max' || combine === 'min')) {
      pushFastExtremum(f.get(vector), combine, push).set(vector);
      const nan = place.nans[instance];
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

/** Sets an accumulator. */
export function emitAssign(e: Emission, accumulator: number, value: number): void {
  const place = accumulatorPlace(e, accumulator);
  if (place.kind !== 'vectors') {
    pushValue(e, value, null);
    e.f.set(place.local);
    return;
  }
  place.vectors.forEach((vector, instance) => {
    pushVector(e, value, instance);
    e.f.set(vector);
  });
}

/** Pushes what an accumulator holds that is the same in all lanes. */
export function pushAccumulator(e: Emission, accumulator: number): void {
  const { f, support } = e;
  const place = accumulatorPlace(e, accumulator);
  const dtype = e.kernel.accumulators[accumulator];
  if (place.kind === 'vectors') throw misplaced(e, 'a vector accumulator');
  if (place.totals !== null) {
    moveToTotals(e, place);
    pushTotal(e, place.totals);
    return;
  }
  if (place.kind === 'scalar') {
    f.get(place.local);
    return;
  }
  const joined = f.local(localType(dtype, false));
  pushJoinedLanes(f, support, place.combine, dtype, place.vectors, place.nans !== null);
  f.set(joined);
  if (place.nans !== null) f.f32(Number.NaN);
  pushCombined(
    f,
    support,
    place.combine,
    dtype,
    (g) => g.get(place.local),
    (g) => g.get(joined),
  );
  if (place.nans === null) return;
  pushAny(e, place.nans);
  f.op('select');
}

function pushAny(e: Emission, masks: readonly LocalId[]): void {
  masks.forEach((mask, i) => {
    e.f.get(mask);
    if (i > 0) e.f.op('v128.or');
  });
  e.f.op('v128.any_true');
}

/** Pushes what an accumulator holds in the lanes of an instance. */
export function pushAccumulatorVector(e: Emission, accumulator: number, instance: number): void {
  const place = accumulatorPlace(e, accumulator);
  if (place.kind !== 'vectors') throw misplaced(e, 'a partial accumulator');
  if (place.totals !== null) {
    pushTotalVector(e, place.totals, instance, place.vectors[instance]);
    return;
  }
  e.f.get(place.vectors[instance]);
  // A mask of ones is a NaN.
  if (place.nans !== null) e.f.get(place.nans[instance]).op('v128.or');
}

function accumulatorPlace(e: Emission, accumulator: number): AccumulatorPlace {
  const place = e.accumulators[accumulator];
  if (place === undefined) throw misplaced(e, `accumulator ${accumulator}`);
  return place;
}
