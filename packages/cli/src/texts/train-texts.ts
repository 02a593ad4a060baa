import { callbacks, type HostArray, hostArray } from 'manabi';
import { chooseFor } from '../choose-backend.ts';
import { secondsSince } from '../elapsed.ts';
import { progress } from '../progress.ts';
import { reportCurves, reportOutcome } from '../report.ts';
import { saveTask } from '../task/save-task.ts';
import type { TaskOptions } from '../task/task-options.ts';
import type { Terminal } from '../terminal.ts';
import { pageCallbacks } from '../training-page.ts';
import type { LabelledText, TextData } from './labelled-texts.ts';
import { preparedText, textNetwork, type WordOptions } from './text-network.ts';

/** Fewer texts than this are all used for training, without early stopping. */
const LEAST_FOR_VALIDATION = 1000;

/** Trains a classifier of texts, tests it, and saves it. */
export async function trainTexts(
  task: string,
  { classNames, train, validation, test }: TextData,
  words: WordOptions,
  options: TaskOptions,
  out: Terminal,
): Promise<void> {
  const start = performance.now();
  const { epochs, batchSize } = options;
  const count = (texts: readonly LabelledText[]) => `${texts.length.toLocaleString('en-US')} texts`;
  out.say(
    `${classNames.length} classes: ${classNames.join(', ')}\n${count(train)} to train on, ${count(test)} to test on`,
  );
  const prepared = train.map(({ text }) => preparedText(text));
  const { whole, encoded, encode } = await textNetwork(prepared, classNames.length, words);
  await chooseFor(options.backend, { model: encoded, batchSize }, out);
  encoded.summary({ print: out.say });

  encoded.compile({
    optimizer: 'adam',
    loss: classNames.length === 2 ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const validated = validation !== null || train.length >= LEAST_FOR_VALIDATION;
  const validationData =
    validation === null
      ? null
      : ([encode(validation.map(({ text }) => preparedText(text))), labelsOf(validation)] as const);
  const history = await encoded.fit(encode(prepared), labelsOf(train), {
    epochs,
    batchSize,
    validationData,
    ...(validated && validation === null ? { validationSplit: 0.1 } : {}),
    verbose: 0,
    callbacks: [
      progress(out.people, epochs),
      ...(validated ? [callbacks.earlyStopping({ patience: 2, restoreBestWeights: true })] : []),
      ...pageCallbacks(options, classNames, out),
    ],
  });
  reportCurves(out, history);
  if (options.out !== undefined) {
    // Creates the weights of the model that starts with the words.
    await whole.predict([prepared[0]]);
    await saveTask(whole, options.out, { task: 'text', classNames }, out);
  }

  const tested = encode(test.map(({ text }) => preparedText(text)));
  const outcome = await encoded.evaluate(tested, labelsOf(test), { batchSize: 500, verbose: 0 });
  const testAccuracy = Math.round(outcome.accuracy * test.length) / test.length;
  reportOutcome(out, { accuracy: testAccuracy, loss: outcome.loss, samples: test.length });
  out.finish({
    task,
    classes: classNames,
    trainSamples: train.length,
    testSamples: test.length,
    testAccuracy,
    testLoss: outcome.loss,
    epochs: history.epoch.length,
    ...(history.interrupted ? { interrupted: true } : {}),
    seconds: secondsSince(start),
  });
}

/** Returns the class indices of texts, int32 `[texts, 1]`. */
export function labelsOf(texts: readonly LabelledText[]): HostArray {
  return hostArray(
    'int32',
    [texts.length, 1],
    Int32Array.from(texts, ({ label }) => label),
  );
}
