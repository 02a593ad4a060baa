import type { FunctionBuilder, LocalId } from '../wasm/index.ts';

/**
 * Largest number of consecutive float32 additions before a sum is added to a float64 total. The error of a sum of n
 * terms in order can reach n/2 units in the last place; with runs of this length, it is a few units for every n. Adding
 * the sum to the total takes only about ten instructions, so longer runs would hardly be faster.
 */
export const longestRun = 128;

/** Float64 totals of the four float32 lanes of a vector. */
export interface WideSum {
  readonly low: LocalId;
  readonly high: LocalId;
}

/** Declares the locals of `count` float64 totals. */
export function wideSums(f: FunctionBuilder, count: number): WideSum[] {
  return Array.from({ length: count }, () => ({ low: f.local('v128'), high: f.local('v128') }));
}

/** Writes code that sets float64 totals to zero. */
export function clearWide(f: FunctionBuilder, { low, high }: WideSum): void {
  f.i32x4(0).set(low);
  f.i32x4(0).set(high);
}

/** Writes code that adds the lanes of a vector to their float64 totals, and resets the vector to zero. */
export function moveToWide(f: FunctionBuilder, { low, high }: WideSum, vector: LocalId): void {
  pushLowSum(f, low, vector).set(low);
  pushHighSum(f, high, vector).set(high);
  f.i32x4(0).set(vector);
}

/** Writes code that pushes a float32 vector: the float64 totals plus the lanes of a vector. */
export function pushNarrowed(f: FunctionBuilder, { low, high }: WideSum, vector: LocalId): FunctionBuilder {
  pushLowSum(f, low, vector).op('f32x4.demote_f64x2_zero');
  pushHighSum(f, high, vector).op('f32x4.demote_f64x2_zero');
  return f.shuffle32(0, 1, 4, 5);
}

function pushLowSum(f: FunctionBuilder, total: LocalId, vector: LocalId): FunctionBuilder {
  return f.get(total).get(vector).op('f64x2.promote_low_f32x4', 'f64x2.add');
}

function pushHighSum(f: FunctionBuilder, total: LocalId, vector: LocalId): FunctionBuilder {
  f.get(total).get(vector).get(vector).shuffle32(2, 3, 2, 3);
  return f.op('f64x2.promote_low_f32x4', 'f64x2.add');
}
