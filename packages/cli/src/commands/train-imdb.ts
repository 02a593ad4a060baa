import type { Command } from 'commander';
import type { TrainImdbOptions } from '../actions/train-imdb.ts';
import type { Io } from '../io.ts';
import { checkPosition, withTaskOptions } from '../task/task-options.ts';
import { terminal } from '../terminal.ts';

/** Adds the command `manabi train imdb`. */
export function addTrainImdb(train: Command, io: Io): void {
  const command = train
    .command('imdb')
    .description("Train a classifier of IMDB's movie reviews, negative or positive")
    .requiredOption('--data <archive>', 'The archive of the reviews, aclImdb_v1.tar.gz')
    .option(
      '--word-index <file>',
      "Keras's imdb_word_index.json, which sets the words that the network knows (default: the most frequent of the reviews)",
    );
  withTaskOptions(command, { epochs: 15, leastEpochs: 1, batchSize: 64 }, [
    'manabi train imdb --data aclImdb_v1.tar.gz --json',
    'manabi train imdb --data aclImdb_v1.tar.gz --word-index imdb_word_index.json --out reviews.keras',
  ]);
  command.action(async (options: TrainImdbOptions) => {
    checkPosition(command);
    const { trainImdb } = await import('../actions/train-imdb.ts');
    await trainImdb(options, terminal(io, options.json === true));
  });
}
