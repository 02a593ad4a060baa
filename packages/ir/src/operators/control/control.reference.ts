import { sizeOf } from '../../types/shape.ts';
import type { Reference, ReferenceArray } from '../reference.ts';
import { referenceStorage } from '../reference-array.ts';
import type { ControlOps } from './control.ts';

const call: Reference<'call'> = (operands, { body }, _results, interpret) => interpret(body, operands);

const cond: Reference<'cond'> = ([condition, ...operands], { thenBranch, elseBranch }, _results, interpret) =>
  interpret(condition.data[0] === 0 ? elseBranch : thenBranch, operands);

const scan: Reference<'scan'> = (operands, { body, carries, xs, length, reverse }, results, interpret) => {
  let state = operands.slice(0, carries);
  const constants = operands.slice(carries + xs);
  const ys = results
    .slice(carries)
    .map((type) => ({ ...type, data: referenceStorage(type.dtype, sizeOf(type.shape)) }));
  for (let iteration = 0; iteration < length; iteration++) {
    const at = reverse ? length - 1 - iteration : iteration;
    const slices = operands.slice(carries, carries + xs).map((x) => sliceAt(x, at));
    const returned = interpret(body, [...state, ...slices, ...constants]);
    state = returned.slice(0, carries);
    ys.forEach((y, i) => {
      sliceAt(y, at).data.set(returned[carries + i].data);
    });
  }
  return [...state, ...ys];
};

const whileLoop: Reference<'while'> = (operands, { test, body, carries, maxTrips }, _results, interpret) => {
  let state = operands.slice(0, carries);
  const constants = operands.slice(carries);
  for (let iteration = 0; iteration !== maxTrips; iteration++) {
    const [continues] = interpret(test, [...state, ...constants]);
    if (continues.data[0] === 0) break;
    state = [...interpret(body, [...state, ...constants])];
  }
  return state;
};

/** Returns a slice of an array along axis 0, without copying its elements. */
function sliceAt({ dtype, shape: [, ...shape], data }: ReferenceArray, at: number): ReferenceArray {
  const size = sizeOf(shape);
  return { dtype, shape, data: data.subarray(at * size, (at + 1) * size) };
}

/** Reference implementations of the operators whose attributes contain graphs: `call`, `cond`, `scan` and `while`. */
export const controlReference: { readonly [K in ControlOps]: Reference<K> } = { call, cond, scan, while: whileLoop };
