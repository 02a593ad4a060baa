import { type Command, Option } from 'commander';
import type { Io } from '../io.ts';
import type { TrainTableOptions } from '../tabular/train-table.ts';
import { checkPosition, withTaskOptions } from '../task/task-options.ts';
import { terminal } from '../terminal.ts';

/** Adds the command `manabi train table`. */
export function addTrainTable(train: Command, io: Io): void {
  const command = train
    .command('table')
    .description('Train a network that predicts a column of a table from the others')
    .requiredOption('--data <file>', 'CSV or TSV file, whose first line contains the names of the columns')
    .requiredOption('--label <column>', 'Column to predict')
    .addOption(
      new Option(
        '--predict <kind>',
        'What to predict (default: classification for texts, and for integers with at most 10 different values)',
      ).choices(['classification', 'regression']),
    );
  withTaskOptions(command, { epochs: 100, leastEpochs: 1, batchSize: 32 }, [
    'manabi train table --data iris.csv --label species --out iris.keras',
    'manabi train table --data houses.csv --label price --json',
  ]).addHelpText(
    'after',
    '\nColumns of numbers are scaled, those of texts become one input per text. Cells without a value (empty, NA, NaN, null, ?)\n' +
      'are allowed except in the column to predict. Columns of texts that differ in most rows, such as names, are ignored. A\n' +
      'fifth of the rows is held out for the test. With 100 rows or more for training, it stops early when the loss on a tenth\n' +
      'of them no longer falls.',
  );
  command.action(async (options: TrainTableOptions) => {
    checkPosition(command);
    const { trainOnTable } = await import('../actions/train-table.ts');
    await trainOnTable(options, terminal(io, options.json === true));
  });
}
