import { type HostArray, hostArray, optimizers } from 'manabi';
import { type Output, type Picture, type PicturePixels, type Progress, SIDE } from '../messages.ts';
import { SeededRandom } from '../seeded-random.ts';
import { convolutions, type ExtractorWeights, FEATURES } from './extractor-layers.ts';
import { FeatureCache, type Features, imagesOf } from './picture-features.ts';
import { buildNetworks, type PictureNetworks } from './picture-networks.ts';

/** Samples of a step. Each class has the same chance, so that a class with few pictures counts as much as others. */
const BATCH = 32;
/** Steps of both phases. */
const HEAD_STEPS = 150;
const FINE_TUNING_STEPS = 60;
const HEAD_RATE = 1e-2;
const FINE_TUNING_RATE = 3e-4;
/** One of so many pictures of a class is held out. */
const HELD_OUT = 5;
/** Steps between two tests while the last convolution trains, whose test takes longer than that of the head. */
const TEST_INTERVAL = 5;

const start: Progress = { step: 0, loss: Number.NaN, accuracy: 0, heldOut: null };

/** A picture of a class, as the extractor sees it. */
interface Example {
  readonly features: Features;
  readonly label: number;
}

/** The training on pictures of the reader. */
export class PictureTraining {
  readonly #weights: ExtractorWeights;
  readonly #cache: FeatureCache;
  #networks: PictureNetworks | null = null;
  #train: readonly (readonly Example[])[] = [];
  #heldOut: readonly Example[] = [];
  #random = new SeededRandom(1);
  #phase: Output['phase'] = 'none';
  #progress = start;
  #end = 0;

  constructor(weights: ExtractorWeights) {
    this.#weights = weights;
    this.#cache = new FeatureCache(weights);
  }

  get phase(): Output['phase'] {
    return this.#phase;
  }
  get progress(): Progress {
    return this.#progress;
  }
  get isComplete(): boolean {
    return this.#progress.step >= this.#end;
  }
  get pictures(): Output['pictures'] {
    return { train: this.#train.flat().length, heldOut: this.#heldOut.length };
  }
  /** The whole network; null before there are pictures of two classes. */
  get network(): PictureNetworks['whole'] | null {
    return this.#networks?.whole ?? null;
  }

  /**
   * Starts again with the pictures of each class. Without pictures of two classes, nothing is trained.
   *
   * @param holdOut whether to hold out every fifth picture of a class for tests
   */
  async begin(classes: readonly (readonly Picture[])[], holdOut = true): Promise<void> {
    this.#networks = null;
    this.#phase = 'none';
    this.#progress = start;
    this.#end = 0;
    const features = await this.#cache.featuresOf(classes.flat());
    let next = 0;
    const examples = classes.map((pictures, label) =>
      pictures.map((): Example => ({ features: features[next++], label })),
    );
    const isHeldOut = (i: number) => holdOut && i % HELD_OUT === HELD_OUT - 1;
    this.#train = examples.map((each) => each.filter((_, i) => !isHeldOut(i)));
    this.#heldOut = examples.flatMap((each) => each.filter((_, i) => isHeldOut(i)));
    if (this.#train.filter((each) => each.length > 0).length < 2) return;

    const all = this.#train.flat().map((example) => example.features);
    this.#networks = buildNetworks(this.#weights, all, classes.length);
    this.#random = new SeededRandom(1);
    const { head } = this.#networks;
    head.compile({
      optimizer: optimizers.adam({ learningRate: HEAD_RATE }),
      loss: 'sparseCategoricalCrossentropy',
    });
    this.#phase = 'head';
    this.#end = HEAD_STEPS;
    this.#progress = { ...start, ...(await this.#test()) };
  }

  /** Trains the last convolution, too, with a low learning rate. Does nothing before the head is trained. */
  fineTune(): void {
    if (this.#networks === null || !this.isComplete) return;
    const { top } = this.#networks;
    top.compile({
      optimizer: optimizers.adam({ learningRate: FINE_TUNING_RATE }),
      loss: 'sparseCategoricalCrossentropy',
    });
    this.#phase = 'fineTuning';
    this.#end = this.#progress.step + FINE_TUNING_STEPS;
  }

  /** Trains on one batch. Returns whether there are more. */
  async step(): Promise<boolean> {
    if (this.#networks === null || this.isComplete) return false;
    const { head, top } = this.#networks;
    const batch = this.#batch();
    const labels = hostArray(
      'int32',
      [BATCH],
      Int32Array.from(batch, ({ label }) => label),
    );
    if (this.#phase === 'head') await head.trainOnBatch(headInput(batch), labels);
    else await top.trainOnBatch(topInput(batch), labels);
    const step = this.#progress.step + 1;
    const isTest = this.#phase === 'head' || step % TEST_INTERVAL === 0 || step === this.#end;
    this.#progress = { ...this.#progress, ...(isTest ? await this.#test() : {}), step };
    return !this.isComplete;
  }

  /** Returns the probability of each class for pictures; null before a network is trained. */
  async classify(pictures: readonly PicturePixels[]): Promise<readonly (readonly number[])[] | null> {
    if (this.#networks === null) return null;
    return rowsOf(await (await this.#networks.whole.predict(imagesOf(pictures))).data(), pictures.length);
  }

  /** Measures loss and accuracy. */
  async #test(): Promise<Omit<Progress, 'step'>> {
    const train = this.#train.flat();
    const probabilities = await this.#probabilities([...train, ...this.#heldOut]);
    const losses = train.map(({ label }, i) => -Math.log(Math.max(1e-7, probabilities[i][label])));
    const right = [...train, ...this.#heldOut].map(({ label }, i) => label === mostLikely(probabilities[i]));
    const partRight = (part: readonly boolean[]) => part.filter(Boolean).length / part.length;
    return {
      loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
      accuracy: partRight(right.slice(0, train.length)),
      heldOut: this.#heldOut.length === 0 ? null : partRight(right.slice(train.length)),
    };
  }

  async #probabilities(examples: readonly Example[]): Promise<readonly (readonly number[])[]> {
    if (this.#networks === null) return [];
    const { head, top } = this.#networks;
    const output =
      this.#phase === 'fineTuning'
        ? await top.predict(topInput(examples), { batchSize: BATCH })
        : await head.predict(headInput(examples), { batchSize: BATCH });
    return rowsOf(await output.data(), examples.length);
  }

  #batch(): readonly Example[] {
    const classes = this.#train.filter((each) => each.length > 0);
    return Array.from({ length: BATCH }, (_, i) => {
      const examples = classes[i % classes.length];
      return examples[this.#random.below(examples.length)];
    });
  }
}

/** Height and width of the maps that the last convolution reads. */
const MAP_SIDE = convolutions.slice(0, -1).reduce((side, { strides }) => Math.ceil(side / strides), SIDE);
const [{ filters: MAPS }, { filters: LAST_FEATURES }] = convolutions.slice(-2);

function headInput(examples: readonly Example[]): HostArray {
  return stacked(examples, ({ all }) => all, [FEATURES]);
}

function topInput(examples: readonly Example[]): HostArray[] {
  return [
    stacked(examples, ({ maps }) => maps, [MAP_SIDE, MAP_SIDE, MAPS]),
    stacked(examples, ({ means }) => means, [FEATURES - LAST_FEATURES]),
  ];
}

/** Makes a batch of a part of each example's features. */
function stacked(
  examples: readonly Example[],
  partOf: (features: Features) => Float32Array,
  shape: readonly number[],
): HostArray {
  const length = shape.reduce((size, each) => size * each, 1);
  const data = new Float32Array(examples.length * length);
  for (const [i, { features }] of examples.entries()) data.set(partOf(features), i * length);
  return hostArray('float32', [examples.length, ...shape], data);
}

function rowsOf(data: ArrayLike<number | bigint>, rows: number): readonly (readonly number[])[] {
  const length = data.length / rows;
  return Array.from({ length: rows }, (_, row) => Array.from({ length }, (_, i) => Number(data[row * length + i])));
}

function mostLikely(probabilities: readonly number[]): number {
  return probabilities.indexOf(Math.max(...probabilities));
}
