import type { HostArray } from '@manabi/core';
import type { Batch, Model } from '@manabi/layers';
import type { ConfusionRecord, PredictedData, Sample, SamplesRecord } from '../records/record.ts';
import { Confusion } from './confusion.ts';
import { toHost } from './host-data.ts';
import { type OutputReader, outputReader } from './output-reader.ts';
import { sampleInput } from './sample-input.ts';

/** Settings of `Predictions`. */
export interface PredictionSettings {
  /** Number of samples to show. */
  readonly shown: number;
  /** Number of samples to predict. */
  readonly most: number;
  readonly classNames: readonly string[] | null;
}

/** Predicts samples batch by batch, counts their classes, and selects samples to show: those with a wrong class first. */
export class Predictions {
  readonly data: PredictedData;
  readonly #model: Model;
  readonly #settings: PredictionSettings;
  readonly #confusions = new Map<string, Confusion>();
  readonly #wrong: Sample[] = [];
  readonly #others: Sample[] = [];
  #predicted = 0;

  constructor(model: Model, data: PredictedData, settings: PredictionSettings) {
    this.#model = model;
    this.data = data;
    this.#settings = settings;
  }

  /** Whether the wanted number of samples was predicted. */
  get isComplete(): boolean {
    return this.#predicted >= this.#settings.most;
  }

  /** Whether no sample was predicted. */
  get isEmpty(): boolean {
    return this.#predicted === 0;
  }

  /** Predicts the samples of a batch, up to the wanted number. */
  async add({ x, y }: Batch): Promise<void> {
    const model = this.#model;
    const outputs = await model.predictOnBatch(x.length === 1 && !isListed(model) ? x[0] : x);
    const scores = await Promise.all((Array.isArray(outputs) ? outputs : [outputs]).map(toHost));
    const labels = await Promise.all(y.map((datum) => (datum === null ? null : toHost(datum))));
    const readers = scores.map((array, i) => outputReader(model, i, labels[i] ?? null, array));
    const count = Math.min(x[0].shape[0], this.#settings.most - this.#predicted);
    let inputs: readonly HostArray[] | null = null;
    for (let sample = 0; sample < count; sample++) {
      const list = this.#count(readers, sample) ? this.#wrong : this.#others;
      if (list.length >= this.#settings.shown) continue;
      // Inputs that are stored on a backend are read only for batches of which a sample is shown.
      inputs ??= await Promise.all(x.map(toHost));
      list.push({
        index: this.#predicted + sample,
        inputs: inputs.map((array) => sampleInput(array, sample)),
        outputs: readers.map((reader) => reader.show(sample, (index) => this.#className(index))),
      });
    }
    this.#predicted += count;
  }

  /** Adds a sample to the counts. Returns whether the class of an output is wrong. */
  #count(readers: readonly OutputReader[], sample: number): boolean {
    let isWrong = false;
    for (const reader of readers) {
      const pair = reader.classesOf(sample);
      if (pair === null || reader.classCount === null) continue;
      const confusion = this.#confusions.get(reader.output) ?? new Confusion(reader.classCount);
      this.#confusions.set(reader.output, confusion);
      confusion.add(pair);
      if (pair.truth !== pair.prediction) isWrong = true;
    }
    return isWrong;
  }

  #className(index: number): string {
    return this.#settings.classNames?.[index] ?? String(index);
  }

  /** Returns the confusion matrix of each output that predicts classes, and the samples to show. */
  records(run: string, epoch: number): readonly (ConfusionRecord | SamplesRecord)[] {
    const common = { run, epoch, data: this.data };
    const confusions = [...this.#confusions].map(
      ([output, confusion]): ConfusionRecord => ({
        type: 'confusion',
        ...common,
        output,
        ...confusion.summary((index) => this.#className(index)),
      }),
    );
    const samples = [...this.#wrong, ...this.#others].slice(0, this.#settings.shown);
    return samples.length === 0 ? confusions : [...confusions, { type: 'samples', ...common, samples }];
  }
}

/** Returns whether a model takes a list of inputs, even of a single one. */
function isListed({ inputTypes }: Model): boolean {
  return Array.isArray(inputTypes);
}
