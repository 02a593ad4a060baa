import { datasets } from 'manabi';
import { beginTask } from '../task/begin-task.ts';
import type { TaskOptions } from '../task/task-options.ts';
import type { Terminal } from '../terminal.ts';
import type { LabelledText } from '../texts/labelled-texts.ts';
import { trainTexts } from '../texts/train-texts.ts';

/** Options of `manabi train imdb`. */
export interface TrainImdbOptions extends TaskOptions {
  readonly wordIndex?: string;
}

/** Names of the classes, in the order of the labels. */
const CLASSES = ['negative', 'positive'];

/** Trains a classifier of IMDB's reviews. */
export async function trainImdb(options: TrainImdbOptions, out: Terminal): Promise<void> {
  await beginTask(options);
  const vocabulary = options.wordIndex === undefined ? undefined : await wordsIn(options.wordIndex);
  const reviews = await datasets.imdbReviews({ file: options.data });
  const data = { classNames: CLASSES, train: listOf(reviews.train), validation: null, test: listOf(reviews.test) };
  await trainTexts('imdb', data, { locale: undefined, vocabulary }, options, out);
}

function listOf({ texts, labels }: datasets.LabelledTexts): readonly LabelledText[] {
  return texts.map((text, i) => ({ text, label: Number(labels.data[i]) }));
}

/** Returns the words of a word index in the order of their indices. */
async function wordsIn(file: string): Promise<readonly string[]> {
  const index = await datasets.imdbWordIndex({ file });
  return [...index].sort(([, a], [, b]) => a - b).map(([word]) => word);
}
