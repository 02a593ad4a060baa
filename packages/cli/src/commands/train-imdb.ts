import type { Command } from 'commander';
import { datasets, setRandomSeed } from 'manabi';
import { chooseBackendFor } from '../dashboard-options.ts';
import { checkDestination } from '../destination.ts';
import type { Io } from '../io.ts';
import { checkPosition, type TaskOptions, withTaskOptions } from '../task/task-options.ts';
import { terminal } from '../terminal.ts';
import type { LabelledText } from '../texts/labelled-texts.ts';
import { trainTexts } from '../texts/train-texts.ts';

interface TrainImdbOptions extends TaskOptions {
  readonly wordIndex?: string;
}

/** Names of the classes, in the order of the labels. */
const CLASSES = ['negative', 'positive'];

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
    if (options.out !== undefined) await checkDestination('--out', options.out, '.keras');
    await chooseBackendFor(options.backend, options);
    setRandomSeed(options.seed);
    const vocabulary = options.wordIndex === undefined ? undefined : await wordsIn(options.wordIndex);
    const reviews = await datasets.imdbReviews({ file: options.data });
    const data = { classNames: CLASSES, train: listOf(reviews.train), validation: null, test: listOf(reviews.test) };
    const out = terminal(io, options.json === true);
    await trainTexts('imdb', data, { locale: undefined, vocabulary }, options, out);
  });
}

function listOf({ texts, labels }: datasets.LabelledTexts): readonly LabelledText[] {
  return texts.map((text, i) => ({ text, label: Number(labels.data[i]) }));
}

/** Returns the words of a word index in the order of their indices. */
async function wordsIn(file: string): Promise<readonly string[]> {
  const index = await datasets.imdbWordIndex({ file });
  return [...index].sort(([, a], [, b]) => a - b).map(([word]) => word);
}
