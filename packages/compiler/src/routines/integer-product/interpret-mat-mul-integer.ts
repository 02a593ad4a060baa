import type { RoutineRun } from '../routine-run.ts';
import type { MatMulIntegerAttributes } from './mat-mul-integer.ts';

/** Computes a product of quantized matrices: the reference implementation of the routine `matMulInteger`. */
export function interpretMatMulInteger(
  { rows, depth, columns }: MatMulIntegerAttributes,
  { operands: [left, right], finish }: RoutineRun,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < depth; k++) {
        sum = (sum + (Number(left[i * depth + k]) - 128) * (Number(right[k * columns + j]) - 128)) | 0;
      }
      finish([i, j], sum);
    }
  }
}
