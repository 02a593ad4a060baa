import type { Command } from 'commander';
import type { TrainTextOptions } from '../actions/train-text.ts';
import type { Io } from '../io.ts';
import { checkPosition, withTaskOptions } from '../task/task-options.ts';
import { terminal } from '../terminal.ts';

/** Adds the command `manabi train text`. */
export function addTrainText(train: Command, io: Io): void {
  const command = train
    .command('text')
    .description('Train a classifier of texts')
    .requiredOption(
      '--data <source>',
      'Folder or tar archive that contains a folder of .txt files per class, or a CSV or TSV file',
    )
    .option('--text <column>', 'Column of a CSV or TSV file that contains the texts')
    .option('--label <column>', 'Column of a CSV or TSV file that contains the classes')
    .option('--locale <language>', 'Language of texts without spaces between words, such as ja (default: none)');
  withTaskOptions(command, { epochs: 40, leastEpochs: 1, batchSize: 32 }, [
    'manabi train text --data reviews --out reviews.keras',
    'manabi train text --data mails.csv --text body --label folder --json',
    'manabi train text --data sentences --locale ja',
  ]).addHelpText(
    'after',
    '\nThe class folders may also be in folders named train, and val, validation or test. Without them, a fifth of the texts\n' +
      'is held out for the test. With a folder for validation besides that for the test, training stops early when the loss on\n' +
      'its texts rises; without one, with 1,000 texts or more, when the loss on a tenth of them rises.',
  );
  command.action(async (options: TrainTextOptions) => {
    checkPosition(command);
    const { trainText } = await import('../actions/train-text.ts');
    await trainText(options, terminal(io, options.json === true));
  });
}
