import type { HostArray } from '@manabi/core';
import type { Model } from '@manabi/layers';
import type { SampleOutput } from '../records/record.ts';
import { elementsOf, sampleSize } from './host-data.ts';
import { nameIn } from './identifier-text.ts';

/** The true and the predicted class of a sample. */
export interface ClassPair {
  readonly truth: number;
  readonly prediction: number;
  /** Probability or score of the prediction. */
  readonly score: number;
}

/** Reads predictions of an output of a model. */
export interface OutputReader {
  readonly output: string;
  /** Number of classes; null if the output predicts no classes. */
  readonly classCount: number | null;
  /** Returns the classes of a sample; null if its label is no class, or the output predicts none. */
  classesOf(sample: number): ClassPair | null;
  /** Returns what is shown of a sample. */
  show(sample: number, className: (index: number) => string): SampleOutput;
}

/** Number of elements that are recorded of outputs that predict no classes. */
const MOST_NUMBERS = 8;

/**
 * Returns a reader of the predictions of an output for a batch. An output of shape `[n, classes]` predicts classes if its
 * labels are class indices or one-hot vectors and its loss compares classes; one of shape `[n, 1]` or `[n]` if its loss is
 * a binary one.
 *
 * @param position index of the output among the model's outputs
 */
export function outputReader(
  model: Model,
  position: number,
  labels: HostArray | null,
  scores: HostArray,
): OutputReader {
  const output = model.outputNames[position];
  const classes = labels === null ? null : classReader(lossOf(model, position), labels, scores);
  return {
    output,
    classCount: classes?.count ?? null,
    classesOf: (sample) => classes?.pairOf(sample) ?? null,
    show: (sample, className) => {
      const pair = classes?.pairOf(sample) ?? null;
      if (pair === null) {
        const truth = labels === null ? null : elementsOf(labels, sample, MOST_NUMBERS);
        return { kind: 'numbers', output, truth, prediction: elementsOf(scores, sample, MOST_NUMBERS) };
      }
      const { truth, prediction, score } = pair;
      return {
        kind: 'class',
        output,
        truth: className(truth),
        prediction: className(prediction),
        score,
        correct: truth === prediction,
      };
    },
  };
}

/** A loss as `compile` received it. */
interface LossFacts {
  /** Class name or name in lower case without underscores; empty for custom functions. */
  readonly name: string;
  /** Whether predictions are logits rather than probabilities. */
  readonly fromLogits: boolean;
}

function lossOf(model: Model, position: number): LossFacts {
  const { loss } = model.compilation.options;
  const name = model.outputNames[position];
  const given: unknown = Array.isArray(loss)
    ? loss[position]
    : typeof loss === 'object' && loss !== null && nameIn(loss) === null && name in loss
      ? Reflect.get(loss, name)
      : loss;
  if (typeof given === 'string') return { name: plain(given), fromLogits: false };
  if (typeof given !== 'object' || given === null) return { name: '', fromLogits: false };
  const config: unknown = Reflect.get(given, 'config');
  const fromLogits = typeof config === 'object' && config !== null && Reflect.get(config, 'fromLogits') === true;
  const className: unknown = Reflect.get(given, 'className');
  return { name: plain(typeof className === 'string' ? className : ''), fromLogits };
}

function plain(name: string): string {
  return name.replace(/_/g, '').toLowerCase();
}

/** Reads class pairs. */
interface ClassReader {
  readonly count: number;
  pairOf(sample: number): ClassPair | null;
}

function classReader({ name, fromLogits }: LossFacts, labels: HostArray, scores: HostArray): ClassReader | null {
  const isBinary = /^(binary.*crossentropy|bce|hinge|squaredhinge)$/.test(name);
  if (scores.shape.length > 2) return null;
  const count = sampleSize(scores);
  const perLabel = sampleSize(labels);
  if (count === 1) {
    if (!isBinary || perLabel !== 1) return null;
    const isHinge = /hinge/.test(name);
    const [labelLimit, limit] = [isHinge ? 0 : 0.5, isHinge || fromLogits ? 0 : 0.5];
    return {
      count: 2,
      pairOf: (sample) => {
        const score = Number(scores.data[sample]);
        const prediction = score > limit ? 1 : 0;
        const truth = Number(labels.data[sample]) > labelLimit ? 1 : 0;
        return { truth, prediction, score: limit === 0.5 && prediction === 0 ? 1 - score : score };
      },
    };
  }
  // With a binary loss, several outputs are independent of each other: a sample may have any number of classes.
  if (isBinary) return null;
  const isOneHot = perLabel === count && /crossentropy|categoricalhinge|divergence|kld/.test(name);
  const isIndex = perLabel === 1 && (/sparse|crossentropy/.test(name) || (name === '' && isInteger(labels)));
  if (!isOneHot && !isIndex) return null;
  return {
    count,
    pairOf: (sample) => {
      const truth = isIndex ? Number(labels.data[sample]) : largest(labels, sample, count);
      if (!Number.isInteger(truth) || truth < 0 || truth >= count) return null;
      const prediction = largest(scores, sample, count);
      return { truth, prediction, score: Number(scores.data[sample * count + prediction]) };
    },
  };
}

function isInteger({ dtype }: HostArray): boolean {
  return /^u?int/.test(dtype);
}

/** Returns the index of the largest element of a row; the first one of equal elements. */
function largest({ data }: HostArray, row: number, length: number): number {
  let best = 0;
  for (let i = 1; i < length; i++) if (data[row * length + i] > data[row * length + best]) best = i;
  return best;
}
