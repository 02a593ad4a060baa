import type { HostArray } from '@manabi/ir';
import { Dataset } from './dataset.ts';
import { type Table, tableOf } from './rows.ts';
import { rowStage } from './stage.ts';

/** Returns a dataset of the rows of a table in order. */
export function datasetOf<T>(table: Table<T>, op: string): Dataset<T> {
  const order = () => {
    let index = 0;
    return () => (index < table.count ? index++ : -1);
  };
  return new Dataset(rowStage(op, table.count, { table, order, skipIterations() {} }));
}

/**
 * Returns a dataset of the rows of host arrays, like `fromTensorSlices` but without conversions, so that pages that train with
 * arrays do not download these.
 */
export function fromHostArrays(arrays: readonly HostArray[]): Dataset<readonly HostArray[]> {
  return datasetOf(tableOf<readonly HostArray[]>(arrays, 'fromTensorSlices'), 'fromTensorSlices');
}
