import { type TrainTableOptions, trainTable } from '../tabular/train-table.ts';
import { beginTask } from '../task/begin-task.ts';
import type { Terminal } from '../terminal.ts';

/** Trains a network on the rows of a table. */
export async function trainOnTable(options: TrainTableOptions, out: Terminal): Promise<void> {
  await beginTask(options);
  await trainTable(options, out);
}
