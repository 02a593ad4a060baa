import { type CallbackHooks, type History, type Model, optimizers } from 'manabi';
import { chooseFor } from '../choose-backend.ts';
import { secondsSince } from '../elapsed.ts';
import { progress } from '../progress.ts';
import { reportCurves, reportOutcome } from '../report.ts';
import { saveTask } from '../task/save-task.ts';
import type { TaskOptions } from '../task/task-options.ts';
import type { Terminal } from '../terminal.ts';
import { pageCallbacks } from '../training-page.ts';
import { featuresOf } from './features.ts';
import { openPhotos, type Photos } from './photo-folders.ts';
import { type PhotoNetwork, photoNetwork, unfreezeBase } from './photo-network.ts';

/** Options of `manabi train images`. */
export interface TrainPhotosOptions extends TaskOptions {
  readonly base: string;
  readonly weights: string;
  readonly imageSize: number;
}

/** Settings for training the classifier on features that do not change. */
const HEAD = { epochs: 30, batchSize: 64, learningRate: 5e-3 };

/** Learning rate of the first step of fine-tuning. */
const FINE_TUNING_RATE = 1e-4;

/** Images are counted on a terminal in steps of this many. */
const COUNTED = 256;

/**
 * Trains a classifier of images: first a new last layer on the features of a pretrained network, which are computed once; then
 * all layers, for `epochs` epochs.
 */
export async function trainPhotos(options: TrainPhotosOptions, out: Terminal): Promise<void> {
  const start = performance.now();
  const { data, base, weights, imageSize, batchSize, seed, epochs } = options;
  const size = [imageSize, imageSize] as const;
  const { classNames, train, validation, test } = await openPhotos(data, { size, batchSize, seed });
  out.say(
    `${classNames.length} classes: ${classNames.join(', ')}\n${countOf(train)} to train on, ${countOf(test)} to test on`,
  );
  const network = await photoNetwork(base, weights, size, classNames.length);
  await chooseFor(options.backend, { model: network.whole, batchSize }, out);
  network.whole.summary({ print: out.say });

  const pages = pageCallbacks(options, classNames, out);
  const { frozenAccuracy, interrupted } = await trainHead(network, { train, test }, pages, out);
  out.say(`accuracy with frozen features: ${frozenAccuracy.toFixed(4)}`);
  const tuned =
    interrupted || epochs === 0 ? null : await fineTune(network, { train, validation }, options, pages, out);
  await saveTask(network.whole, options.out, { task: 'images', classNames }, out);

  compile(network.whole, 0);
  const outcome = await network.whole.evaluate(test.batches, { verbose: 0 });
  const testAccuracy = Math.round(outcome.accuracy * test.count) / test.count;
  reportOutcome(out, { accuracy: testAccuracy, loss: outcome.loss, samples: test.count });
  out.finish({
    task: 'images',
    base,
    classes: classNames,
    trainSamples: train.count,
    testSamples: test.count,
    frozenAccuracy,
    testAccuracy,
    testLoss: outcome.loss,
    epochs: tuned?.epoch.length ?? 0,
    ...(interrupted || tuned?.interrupted ? { interrupted: true } : {}),
    seconds: secondsSince(start),
  });
}

/** Trains the last layer on features that are computed once, also of mirrored images. */
async function trainHead(
  { extractor, head }: PhotoNetwork,
  { train, test }: { readonly train: Photos; readonly test: Photos },
  pages: readonly CallbackHooks[],
  out: Terminal,
): Promise<{ readonly frozenAccuracy: number; readonly interrupted: boolean }> {
  const counted = counter(train.count + test.count, out);
  const learned = await featuresOf(extractor, train, { mirrored: true, progress: counted });
  const tested = await featuresOf(extractor, test, {
    mirrored: false,
    progress: (done) => counted(train.count + done),
  });
  const steps = HEAD.epochs * Math.ceil(learned.y.shape[0] / HEAD.batchSize);
  compile(head, HEAD.learningRate, steps);
  const { interrupted } = await head.fit(learned.x, learned.y, {
    epochs: HEAD.epochs,
    batchSize: HEAD.batchSize,
    verbose: 0,
    callbacks: pages,
  });
  const { accuracy } = await head.evaluate(tested.x, tested.y, { batchSize: 1000, verbose: 0 });
  return { frozenAccuracy: Math.round(accuracy * test.count) / test.count, interrupted };
}

async function fineTune(
  { whole, base }: PhotoNetwork,
  { train, validation }: { readonly train: Photos; readonly validation: Photos | null },
  { epochs, batchSize }: TrainPhotosOptions,
  pages: readonly CallbackHooks[],
  out: Terminal,
): Promise<History> {
  unfreezeBase(base);
  compile(whole, FINE_TUNING_RATE, epochs * Math.ceil(train.count / batchSize));
  const history = await whole.fit(train.batches, {
    epochs,
    validationData: validation?.batches ?? null,
    verbose: 0,
    callbacks: [progress(out.people, epochs), ...pages],
  });
  reportCurves(out, history);
  return history;
}

/** Compiles a classifier; its learning rate decays to 0 along half a cosine, or is constant without `steps`. */
function compile(model: Model, learningRate: number, steps?: number): void {
  model.compile({
    optimizer: optimizers.adam({
      learningRate:
        steps === undefined
          ? learningRate
          : optimizers.cosineDecay({ initialLearningRate: learningRate, decaySteps: steps }),
    }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
}

/** Returns a function that shows how many images were read, on terminals. */
function counter(total: number, { people }: Terminal): (done: number) => void {
  let shown = 0;
  return (done) => {
    if (people.isTTY !== true || (done - shown < COUNTED && done !== total)) return;
    shown = done;
    people.write(`\rcomputing features: ${done} of ${total} images${done === total ? '\n' : ''}`);
  };
}

function countOf({ count }: Photos): string {
  return `${count.toLocaleString('en-US')} images`;
}
