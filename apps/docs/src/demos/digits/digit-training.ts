import type { Model } from 'manabi';
import type { DigitPixels, Progress } from './messages.ts';
import { batchOf, loadDigits } from './mnist-batches.ts';

const BATCH = 32;
/** Digits of a test. */
const TEST = 400;
/** Steps between two tests. */
const TEST_INTERVAL = 10;
/** Steps after which training ends: six epochs. */
const STEPS = 1500;
/** Milliseconds per step, which is slow enough to watch. */
const PACE = 30;

/** A network that learns to read MNIST, step by step. */
export interface DigitTraining {
  /** A test digit of each kind from 0 to 9. */
  readonly samples: readonly DigitPixels[];
  readonly progress: Progress;
  /** Starts again with a new network. */
  begin(network: Model): Promise<void>;
  /** Trains on one batch. Returns whether there are more. */
  step(): Promise<boolean>;
  /** Returns the probability of each digit. */
  probabilitiesOf(pixels: DigitPixels): Promise<readonly number[]>;
}

/** Downloads MNIST, and prepares to train. */
export async function prepareDigitTraining(): Promise<DigitTraining> {
  const { batch, test, samples } = await loadDigits(BATCH, TEST);
  let network: Model | null = null;
  let progress: Progress = { step: 0, loss: 0, accuracy: 0 };
  let lastStep = 0;

  async function probabilitiesOf(images: Parameters<Model['predict']>[0]): Promise<readonly number[]> {
    if (network === null) throw new Error('The page sends the network first.');
    const output = await network.predict(images, { batchSize: TEST });
    return Array.from(await output.data());
  }

  async function accuracy(): Promise<number> {
    const probabilities = await probabilitiesOf(test.images);
    const answers = Array.from({ length: TEST }, (_, i) => mostLikely(probabilities.slice(10 * i, 10 * i + 10)));
    return answers.filter((answer, i) => answer === Number(test.labels.data[i])).length / TEST;
  }

  return {
    samples,
    get progress() {
      return progress;
    },
    begin: async (next) => {
      network = next;
      network.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
      progress = { step: 0, loss: 0, accuracy: await accuracy() };
    },
    step: async () => {
      if (network === null || progress.step >= STEPS) return false;
      const wait = PACE - (performance.now() - lastStep);
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      lastStep = performance.now();
      const { images, labels } = batch(progress.step);
      const { loss } = await network.trainOnBatch(images, labels);
      const step = progress.step + 1;
      progress = { step, loss, accuracy: step % TEST_INTERVAL === 0 ? await accuracy() : progress.accuracy };
      return step < STEPS;
    },
    probabilitiesOf: (pixels) => probabilitiesOf(batchOf(pixels)),
  };
}

function mostLikely(probabilities: readonly number[]): number {
  return probabilities.indexOf(Math.max(...probabilities));
}
