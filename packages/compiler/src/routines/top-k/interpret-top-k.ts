import { references } from '@manabi/ir/reference';
import type { RoutineRun } from '../routine-run.ts';
import type { TopKAttributes } from './top-k.ts';

/** Selects the k best elements of each row and sorts them: the reference implementation of the routine `topK`. */
export function interpretTopK(
  { dtype, rows, length, k, largest }: TopKAttributes,
  { operands: [data], results: [values, indices] }: RoutineRun,
): void {
  const shape = [rows, k];
  const [sorted, positions] = references.topK(
    [{ dtype, shape: [rows, length], data }],
    { k, axis: 1, largest },
    [
      { dtype, shape },
      { dtype: 'int32', shape },
    ],
    () => [],
  );
  values.set(sorted.data);
  indices.set(positions.data);
}
