import { beginTask } from '../task/begin-task.ts';
import type { TaskOptions } from '../task/task-options.ts';
import type { Terminal } from '../terminal.ts';
import { readTextFolders } from '../texts/labelled-texts.ts';
import { textColumns } from '../texts/text-columns.ts';
import { readTextTable } from '../texts/text-table.ts';
import { trainTexts } from '../texts/train-texts.ts';

/** Options of `manabi train text`. */
export interface TrainTextOptions extends TaskOptions {
  readonly locale?: string;
  readonly text?: string;
  readonly label?: string;
}

/** Trains a classifier of texts. */
export async function trainText(options: TrainTextOptions, out: Terminal): Promise<void> {
  await beginTask(options);
  const columns = textColumns(options);
  const data =
    columns === null
      ? await readTextFolders(options.data, options.seed)
      : await readTextTable(options.data, columns, options.seed);
  await trainTexts('text', data, { locale: options.locale, vocabulary: undefined }, options, out);
}
