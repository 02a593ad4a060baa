import { type DType, ManabiError } from '@manabi/ir';
import type { FunctionBuilder } from '../wasm/index.ts';
import { pushConstant, pushVectorConstant } from './element.ts';
import type { Emission, Lane, ValuePlace } from './emission.ts';

/** Where a scalar is, which some enclosing block has defined. */
export function valuePlace(e: Emission, scalar: number): ValuePlace {
  const place = e.values[scalar];
  if (place !== undefined) return place;
  throw new ManabiError('backend', `Kernel ${e.kernel.name} reads scalar ${scalar} where it is not defined.`, {
    data: { kernel: e.kernel.name, scalar },
  });
}

/** Pushes a scalar as one value: that of a lane, where lanes differ (null: where they do not). */
export function pushValue(e: Emission, scalar: number, at: Lane | null): void {
  const place = valuePlace(e, scalar);
  const dtype = e.kernel.scalars[scalar];
  switch (place.kind) {
    case 'constant':
      pushConstant(e.f, dtype, place.value);
      return;
    case 'scalar':
      e.f.get(place.local);
      return;
    case 'vectors':
      if (at === null) {
        throw new ManabiError(
          'backend',
          `Kernel ${e.kernel.name} needs scalar ${scalar} to be the same in all lanes.`,
          {
            data: { kernel: e.kernel.name, scalar },
          },
        );
      }
      e.f.get(place.locals[at.instance]);
      extractLane(e.f, dtype, at.lane);
      return;
  }
}

/** Pushes a scalar as the vector of an instance. */
export function pushVector(e: Emission, scalar: number, instance: number): void {
  const place = valuePlace(e, scalar);
  const splat = e.splats.get(scalar);
  if (place.kind === 'vectors') e.f.get(place.locals[instance]);
  else if (splat !== undefined) e.f.get(splat);
  else pushSplat(e, scalar);
}

/** Pushes a vector whose lanes are all the value of a scalar that is the same in all lanes. */
function pushSplat(e: Emission, scalar: number): void {
  const place = valuePlace(e, scalar);
  const dtype = e.kernel.scalars[scalar];
  if (place.kind === 'constant') {
    pushVectorConstant(e.f, dtype, place.value);
    return;
  }
  pushValue(e, scalar, null);
  splat(e.f, dtype);
}

/** Makes a vector of a uniform scalar and keeps it for those that read it as one. */
export function keepSplat(e: Emission, scalar: number): void {
  pushSplat(e, scalar);
  const local = e.f.local('v128');
  e.f.set(local);
  e.splats.set(scalar, local);
}

/** Turns the value on the stack into a vector of it. */
function splat(f: FunctionBuilder, dtype: DType): FunctionBuilder {
  if (dtype === 'float32') return f.op('f32x4.splat');
  f.op('i32x4.splat');
  return dtype === 'bool' ? f.op('i32x4.neg') : f;
}

/** Turns the vector on the stack into the scalar in one of its lanes. */
export function extractLane(f: FunctionBuilder, dtype: DType, lane: number): FunctionBuilder {
  if (dtype === 'float32') return f.lane('f32x4.extract_lane', lane);
  f.lane('i32x4.extract_lane', lane);
  return dtype === 'bool' ? f.i32(1).op('i32.and') : f;
}

/** Replaces one lane of the vector below by the scalar on the stack. */
export function replaceLane(f: FunctionBuilder, dtype: DType, lane: number): FunctionBuilder {
  if (dtype === 'float32') return f.lane('f32x4.replace_lane', lane);
  if (dtype === 'bool') f.i32(-1).op('i32.mul');
  return f.lane('i32x4.replace_lane', lane);
}
