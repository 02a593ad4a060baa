import type { DType } from '@manabi/ir';
import type { FunctionBuilder } from '../wasm/index.ts';
import { isSingle, pushConstant, pushVectorConstant } from './element.ts';
import type { Emission, Lane, ValueLocation } from './emission.ts';

/** Returns where a scalar is stored. An enclosing block must define the scalar. */
export function valueLocation(e: Emission, scalar: number): ValueLocation {
  const location = e.values[scalar];
  if (location !== undefined) return location;
  throw new Error(`Kernel ${e.kernel.name} reads scalar ${scalar} outside the block that defines it.`);
}

/** Writes code that pushes the value of a scalar in one lane. `at` is null if the value is the same in all lanes. */
export function pushValue(e: Emission, scalar: number, at: Lane | null): void {
  const location = valueLocation(e, scalar);
  const dtype = e.kernel.scalars[scalar];
  switch (location.kind) {
    case 'constant':
      pushConstant(e.f, dtype, location.value);
      return;
    case 'scalar':
      e.f.get(location.local);
      return;
    case 'vectors':
      if (at === null) {
        throw new Error(`Scalar ${scalar} of kernel ${e.kernel.name} must be the same in all lanes.`);
      }
      e.f.get(location.locals[at.instance]);
      extractLane(e.f, dtype, at.lane);
      return;
  }
}

/** Writes code that pushes the vector of a scalar for one instance of the region. */
export function pushVector(e: Emission, scalar: number, instance: number): void {
  const location = valueLocation(e, scalar);
  const splat = e.splats.get(scalar);
  if (location.kind === 'vectors') e.f.get(location.locals[instance]);
  else if (splat !== undefined) e.f.get(splat);
  else pushSplat(e, scalar);
}

/** Writes code that pushes a vector with a scalar, which is equal in all lanes, in every lane. */
function pushSplat(e: Emission, scalar: number): void {
  const location = valueLocation(e, scalar);
  const dtype = e.kernel.scalars[scalar];
  if (location.kind === 'constant') {
    pushVectorConstant(e.f, dtype, location.value);
    return;
  }
  pushValue(e, scalar, null);
  splat(e.f, dtype);
}

/** Writes code that stores a vector with a scalar in every lane in a local, from which later code reads it. */
export function keepSplat(e: Emission, scalar: number): void {
  pushSplat(e, scalar);
  const local = e.f.local('v128');
  e.f.set(local);
  e.splats.set(scalar, local);
}

/** Writes code that replaces the value on the stack by a vector with this value in every lane. */
function splat(f: FunctionBuilder, dtype: DType): FunctionBuilder {
  if (isSingle(dtype)) return f.op('f32x4.splat');
  f.op('i32x4.splat');
  return dtype === 'bool' ? f.op('i32x4.neg') : f;
}

/** Writes code that replaces the vector on the stack by the scalar in one of its lanes. */
export function extractLane(f: FunctionBuilder, dtype: DType, lane: number): FunctionBuilder {
  if (isSingle(dtype)) return f.lane('f32x4.extract_lane', lane);
  f.lane('i32x4.extract_lane', lane);
  return dtype === 'bool' ? f.i32(1).op('i32.and') : f;
}

/** Writes code that pops a scalar and replaces one lane of the vector below it on the stack by this scalar. */
export function replaceLane(f: FunctionBuilder, dtype: DType, lane: number): FunctionBuilder {
  if (isSingle(dtype)) return f.lane('f32x4.replace_lane', lane);
  if (dtype === 'bool') f.i32(-1).op('i32.mul');
  return f.lane('i32x4.replace_lane', lane);
}
