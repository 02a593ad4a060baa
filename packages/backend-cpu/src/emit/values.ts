import { type DType, ManabiError } from '@manabi/ir';
import type { FunctionBuilder } from '../wasm/index.ts';
import { pushConstant, pushVectorConstant } from './element.ts';
import type { Emission, Lane, ValueLocation } from './emission.ts';

/** Returns the location of a scalar defined by an enclosing block. */
export function valueLocation(e: Emission, scalar: number): ValueLocation {
  const location = e.values[scalar];
  if (location !== undefined) return location;
  throw new ManabiError(
    'backend',
    `Kernel ${e.kernel.name} reads scalar ${scalar} outside the block that defines it.`,
    {
      data: { kernel: e.kernel.name, scalar },
    },
  );
}

/** Pushes the value of a scalar in one lane. `at` is null if all lanes have the same value. */
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
        throw new ManabiError('backend', `Scalar ${scalar} of kernel ${e.kernel.name} must be the same in all lanes.`, {
          data: { kernel: e.kernel.name, scalar },
        });
      }
      e.f.get(location.locals[at.instance]);
      extractLane(e.f, dtype, at.lane);
      return;
  }
}

/** Pushes a scalar as the vector of an instance. */
export function pushVector(e: Emission, scalar: number, instance: number): void {
  const location = valueLocation(e, scalar);
  const splat = e.splats.get(scalar);
  if (location.kind === 'vectors') e.f.get(location.locals[instance]);
  else if (splat !== undefined) e.f.get(splat);
  else pushSplat(e, scalar);
}

/** Pushes a vector with a uniform scalar in every lane. */
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

/** Creates a vector of a uniform scalar and keeps it in a local for later reads. */
export function keepSplat(e: Emission, scalar: number): void {
  pushSplat(e, scalar);
  const local = e.f.local('v128');
  e.f.set(local);
  e.splats.set(scalar, local);
}

/** Replaces the value on the stack by a vector of it. */
function splat(f: FunctionBuilder, dtype: DType): FunctionBuilder {
  if (dtype === 'float32') return f.op('f32x4.splat');
  f.op('i32x4.splat');
  return dtype === 'bool' ? f.op('i32x4.neg') : f;
}

/** Replaces the vector on the stack by the scalar in one of its lanes. */
export function extractLane(f: FunctionBuilder, dtype: DType, lane: number): FunctionBuilder {
  if (dtype === 'float32') return f.lane('f32x4.extract_lane', lane);
  f.lane('i32x4.extract_lane', lane);
  return dtype === 'bool' ? f.i32(1).op('i32.and') : f;
}

/** Replaces one lane of the vector below the top of the stack by the scalar on top. */
export function replaceLane(f: FunctionBuilder, dtype: DType, lane: number): FunctionBuilder {
  if (dtype === 'float32') return f.lane('f32x4.replace_lane', lane);
  if (dtype === 'bool') f.i32(-1).op('i32.mul');
  return f.lane('i32x4.replace_lane', lane);
}
