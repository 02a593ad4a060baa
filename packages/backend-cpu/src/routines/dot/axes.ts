import { sizeOf } from '@manabi/ir';
import { type FunctionBuilder, type LocalId, pushScaled } from '../../wasm/index.ts';

/**
 * Several axes that one index runs over (the last axis varies fastest), with the strides of each array that they index.
 */
export interface Axes {
  readonly extents: readonly number[];
  /** For each array, its strides along all axes. */
  readonly strides: readonly (readonly number[])[];
}

/**
 * Merges adjacent axes if the strides of all arrays allow it, and removes axes of one element. Returns at least one
 * axis.
 */
export function mergeAxes({ extents, strides }: Axes): Axes {
  if (sizeOf(extents) === 0) return { extents: [0], strides: strides.map(() => [0]) };
  const merged: { extent: number; steps: number[] }[] = [];
  extents.forEach((extent, axis) => {
    if (extent === 1) return;
    const steps = strides.map((each) => each[axis]);
    const last = merged.at(-1);
    if (last?.steps.every((step, reader) => step === extent * steps[reader])) {
      last.extent *= extent;
      last.steps = steps;
    } else {
      merged.push({ extent, steps });
    }
  });
  if (merged.length === 0) merged.push({ extent: 1, steps: strides.map(() => 0) });
  return { extents: merged.map(({ extent }) => extent), strides: strides.map((_, i) => merged.map((m) => m.steps[i])) };
}

/** Returns the strides of a row-major array whose elements have the length `size`. */
export function denseStrides(extents: readonly number[], size: number): number[] {
  return extents.map((_, axis) => sizeOf(extents.slice(axis + 1)) * size);
}

/**
 * Writes code that pushes the offset of element `index + plus`, where one index runs over several axes. If the offset
 * is always 0, writes nothing and returns false.
 */
export function pushOffset(
  f: FunctionBuilder,
  index: LocalId,
  plus: number,
  extents: readonly number[],
  strides: readonly number[],
): boolean {
  const pushIndex = (): void => {
    f.get(index);
    if (plus !== 0) f.i32(plus).op('i32.add');
  };
  if (extents.length === 1) {
    if (strides[0] === 0) return false;
    pushScaled(f, index, strides[0]);
    if (plus !== 0) f.i32(plus * strides[0]).op('i32.add');
    return true;
  }
  // The offset is the sum over all axes of (index / inner) * (stride - next extent * next stride), which needs no
  // remainders.
  let pushed = false;
  let inner = 1;
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    const behind = axis === extents.length - 1 ? 0 : extents[axis + 1] * strides[axis + 1];
    const step = strides[axis] - behind;
    if (step !== 0) {
      pushIndex();
      if (inner > 1) f.i32(inner).op('i32.div_u');
      if (step !== 1) f.i32(step).op('i32.mul');
      if (pushed) f.op('i32.add');
      pushed = true;
    }
    inner *= extents[axis];
  }
  return pushed;
}
