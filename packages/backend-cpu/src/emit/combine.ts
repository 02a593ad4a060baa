import { type Combine, type DType, identityOf } from '@manabi/ir';
import type { Emit, FunctionBuilder, LocalId } from '../wasm/index.ts';
import { pushVectorConstant } from './element.ts';
import { scalarCode } from './scalar-code.ts';
import type { ModuleSupport } from './support.ts';
import { extractLane } from './values.ts';
import { vectorCode } from './vector-code.ts';

/** Writes code that pushes two scalars combined by an operation, such as their sum or maximum. */
export function pushCombined(
  f: FunctionBuilder,
  support: ModuleSupport,
  combine: Combine,
  dtype: DType,
  a: Emit,
  b: Emit,
): void {
  scalarCode[combine]({ f, operands: [a, b], operand: dtype, result: dtype, support });
}

/** Writes code that pushes two vectors combined lane by lane. */
export function pushCombinedVectors(
  f: FunctionBuilder,
  support: ModuleSupport,
  combine: Combine,
  dtype: DType,
  a: Emit,
  b: Emit,
): void {
  const facts = { uniform: [null, null], notNaN: [false, false], operand: dtype, result: dtype };
  vectorCode[combine]({ f, operands: [a, b], ...facts, support });
}

/**
 * Writes code that pushes a vector whose lanes from `lanes` on are replaced by the identity of the combination, such as
 * 0 for sums.
 */
export function pushMasked(f: FunctionBuilder, combine: Combine, dtype: DType, lanes: number, vector: Emit): void {
  vector(f);
  if (lanes === 4) return;
  pushVectorConstant(f, dtype, identityOf(combine, dtype));
  f.i32x4(-1, lanes > 1 ? -1 : 0, lanes > 2 ? -1 : 0, 0).op('v128.bitselect');
}

/**
 * Writes code that replaces the float32 vector on the stack by its lane-by-lane maximum or minimum with another vector.
 * If either lane is NaN, the result is the lane of the first vector.
 */
export function pushFastExtremum(f: FunctionBuilder, combine: 'max' | 'min', other: Emit): FunctionBuilder {
  other(f);
  return f.op(`f32x4.p${combine}`);
}

/**
 * Writes code that combines vectors pairwise as a tree, then combines the lanes of the result, and pushes the resulting
 * scalar.
 *
 * @param fast whether NaN may be ignored
 */
export function pushJoinedLanes(
  f: FunctionBuilder,
  support: ModuleSupport,
  combine: Combine,
  dtype: DType,
  vectors: readonly LocalId[],
  fast: boolean,
): void {
  const joined = f.local('v128');
  const pushJoin = (left: LocalId, right: Emit): void => {
    if (fast && (combine === 'max' || combine === 'min')) pushFastExtremum(f.get(left), combine, right);
    else pushCombinedVectors(f, support, combine, dtype, (g) => g.get(left), right);
  };
  const pushTree = (from: number, to: number): void => {
    if (to - from === 1) {
      f.get(vectors[from]);
      return;
    }
    const middle = from + Math.ceil((to - from) / 2);
    const [left, right] = [f.local('v128'), f.local('v128')];
    pushTree(from, middle);
    f.set(left);
    pushTree(middle, to);
    f.set(right);
    pushJoin(left, (g) => g.get(right));
  };
  pushTree(0, vectors.length);
  f.set(joined);
  for (const [first, second] of [
    [2, 3],
    [1, 0],
  ]) {
    pushJoin(joined, (g) => g.get(joined).get(joined).shuffle32(first, second, first, second));
    f.set(joined);
  }
  extractLane(f.get(joined), dtype, 0);
}
