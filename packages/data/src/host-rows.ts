import type { HostArray } from '@manabi/ir';
import { type Table, tableOf } from './rows.ts';
import { rowStage, type Stage } from './stage.ts';

/** Returns a stage of the rows of a table in order. */
export function tableStage<T>(table: Table<T>, op: string): Stage<T> {
  const order = () => {
    let index = 0;
    return () => (index < table.count ? index++ : -1);
  };
  return rowStage(op, table.count, { table, order, skipIterations() {} });
}

/**
 * Returns a stage of the rows of host arrays, like that of `fromTensorSlices` but without conversions.
 *
 * @throws ManabiError `data` for no arrays or no rows; `shape` for arrays with different numbers of rows
 * @example
 * ```ts
 * import { hostArrayStage } from '@manabi/data/internal';
 * import { hostArray } from 'manabi';
 *
 * console.log(hostArrayStage([hostArray('float32', [4], new Float32Array(4))]).cardinality); // 4
 * ```
 */
export function hostArrayStage(arrays: readonly HostArray[]): Stage<readonly HostArray[]> {
  return tableStage(tableOf<readonly HostArray[]>(arrays, 'fromTensorSlices'), 'fromTensorSlices');
}
