import { sizeOf } from '@manabi/ir';
import { referenceStorage, references } from '@manabi/ir/reference';
import type { RoutineRun } from '../routine-run.ts';
import type { DotAttributes, DotOperand } from './attributes.ts';

/** Computes matrix products, batch by batch: the reference implementation of the routine `dot`. */
export function interpretDot(
  { batch, rows, columns, contract, left, right, dtype }: DotAttributes,
  { operands, finish }: RoutineRun,
): void {
  const [m, n, k] = [rows, columns, contract].map(sizeOf);
  const indices = { rows: indicesOf(rows), columns: indicesOf(columns), contract: indicesOf(contract) };
  const matrix = (
    elements: RoutineRun['operands'][number],
    { offset, batchStrides, freeStrides, contractStrides }: DotOperand,
    at: readonly number[],
    free: readonly (readonly number[])[],
  ) => {
    const start = offset + distance(at, batchStrides);
    const data = referenceStorage(dtype, free.length * k);
    free.forEach((index, i) => {
      const line = start + distance(index, freeStrides);
      indices.contract.forEach((term, j) => {
        data[i * k + j] = elements[line + distance(term, contractStrides)];
      });
    });
    return { dtype, shape: [free.length, k], data };
  };
  for (const at of indicesOf(batch)) {
    const [{ data }] = references.dot(
      [matrix(operands[0], left, at, indices.rows), matrix(operands[1], right, at, indices.columns)],
      { batch: [], contract: [[1, 1]] },
      [{ dtype, shape: [m, n] }],
      () => [],
    );
    for (let element = 0; element < m * n; element++) {
      finish([...at, Math.floor(element / n), element % n], data[element]);
    }
  }
}

function distance(index: readonly number[], strides: readonly number[]): number {
  return index.reduce((sum, i, axis) => sum + i * strides[axis], 0);
}

/** Returns every index of a shape in row-major order. */
function indicesOf(shape: readonly number[]): readonly (readonly number[])[] {
  return shape.reduce<readonly (readonly number[])[]>(
    (indices, extent) => indices.flatMap((index) => Array.from({ length: extent }, (_, i) => [...index, i])),
    [[]],
  );
}
