import { sizeOf } from '@manabi/ir';
import { referenceStorage, references } from '@manabi/ir/reference';
import type { RoutineRun } from '../routine-run.ts';
import type { DotAttributes, DotOperand } from './attributes.ts';

/** Computes the products, batch by batch. */
export function interpretDot(
  { batch, rows, columns, contract, left, right, dtype }: DotAttributes,
  { operands, finish }: RoutineRun,
): void {
  const [m, n, k] = [rows, columns, contract].map(sizeOf);
  const places = { rows: placesOf(rows), columns: placesOf(columns), contract: placesOf(contract) };
  const matrix = (
    elements: RoutineRun['operands'][number],
    { offset, batchStrides, freeStrides, contractStrides }: DotOperand,
    at: readonly number[],
    free: readonly (readonly number[])[],
  ) => {
    const start = offset + distance(at, batchStrides);
    const data = referenceStorage(dtype, free.length * k);
    free.forEach((place, i) => {
      const line = start + distance(place, freeStrides);
      places.contract.forEach((term, j) => {
        data[i * k + j] = elements[line + distance(term, contractStrides)];
      });
    });
    return { dtype, shape: [free.length, k], data };
  };
  for (const at of placesOf(batch)) {
    const [{ data }] = references.dot(
      [matrix(operands[0], left, at, places.rows), matrix(operands[1], right, at, places.columns)],
      { batch: [], contract: [[1, 1]] },
      [{ dtype, shape: [m, n] }],
      () => [],
    );
    for (let element = 0; element < m * n; element++) {
      finish([...at, Math.floor(element / n), element % n], data[element]);
    }
  }
}

function distance(place: readonly number[], strides: readonly number[]): number {
  return place.reduce((sum, i, axis) => sum + i * strides[axis], 0);
}

/** Every place in a shape, in row-major order. */
function placesOf(shape: readonly number[]): readonly (readonly number[])[] {
  return shape.reduce<readonly (readonly number[])[]>(
    (places, extent) => places.flatMap((place) => Array.from({ length: extent }, (_, i) => [...place, i])),
    [[]],
  );
}
