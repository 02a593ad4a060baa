import { type HostArray, ManabiError } from '@manabi/core';
import {
  type ArgumentLocation,
  anything,
  boolean,
  checked,
  count,
  functionOf,
  type KindsOf,
  nullable,
  type OptionValues,
  optional,
  readOptions,
  signal,
  wrongArgument,
} from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import { verboseKind } from '../callbacks/verbose-kind.ts';
import { type Samples, sampleCount } from '../data/array-source.ts';
import { isDatum, toHostData } from '../data/arrays.ts';
import { emptyLike } from '../data/concatenate-host.ts';
import type { TrainingArrays } from '../data/named-arrays.ts';
import { samplesOf } from '../data/read-data.ts';
import { isLayer } from '../layer/layer.ts';
import type { Model } from '../model/model.ts';
import type { OneOrMany } from '../structure/nested.ts';
import type { FitOptions } from '../training/fit/fit-options.ts';
import type { Logs } from '../training/listeners/batch-logs.ts';
import { nextSeedPosition, type SeedPosition, seedPosition, setSeedPosition } from '../variables/seed.ts';
import type { Variable } from '../variables/variable.ts';
import { type FoldIndices, foldsKind, foldsOf } from './folds.ts';
import { total } from './host-values.ts';

/** Options of `fit` that cross-validation passes on; it provides the data of each fold itself. */
export type FoldFitOptions = Omit<FitOptions, 'sampleWeight' | 'signal' | 'validationData' | 'initialEpoch'>;

/** Arrays of the samples on which a fold is tested. */
export interface TestSamples {
  /** Inputs, as one host array, or a list in the order of the model's inputs. */
  readonly x: OneOrMany<HostArray>;
  /** Labels, as one host array or null, or a list in the order of the model's outputs. */
  readonly y: OneOrMany<HostArray | null>;
  /** Index of the fold. */
  readonly fold: number;
}

/** Options of `crossValidate`. */
export interface CrossValidateOptions {
  /** Number of folds, or the indices of each fold, as `kFold` yields them (default: 5). */
  readonly folds?: number | Iterable<FoldIndices>;
  /** Whether to assign samples to a number of folds in random order, rather than in their order (default: true). */
  readonly shuffle?: boolean;
  /**
   * Seed of the folds, of initial weights and of training; null to use the random numbers of the program, which
   * `setRandomSeed` seeds (default: null).
   */
  readonly seed?: number | null;
  /** Options of `model.fit`, such as `{ epochs: 10 }`; `verbose` is 0 by default. */
  readonly fit?: FoldFitOptions;
  /** Weight of each sample, in training and in the scores of `model.evaluate`. */
  readonly sampleWeight?: TrainingArrays | null;
  /** Returns further scores of a trained model on the test samples of a fold, which are added to those of `evaluate`. */
  readonly score?: ((model: Model, test: TestSamples) => Logs | Promise<Logs>) | null;
  /** What to print: 0 for nothing, 1 for a line per fold (default: 0). */
  readonly verbose?: 0 | 1;
  /** Signal that stops the training; the call then rejects with code `aborted`. */
  readonly signal?: AbortSignal;
}

/** Options of `fit` that cross-validation sets itself, and what to use instead. */
const SET_PER_FOLD: Readonly<Record<string, string>> = {
  initialEpoch: 'Each model is new, and starts at epoch 0.',
  sampleWeight: 'Pass `sampleWeight` of all samples beside `fit`.',
  signal: 'Pass `signal` beside `fit`.',
  validationData: 'Pass `validationSplit` for a part of each fold.',
};

function checkFit(fit: FoldFitOptions, location: ArgumentLocation): void {
  if (!isPlainObject(fit)) throw wrongArgument(location, 'an object of options of fit', fit);
  const name = Object.entries(fit).find(([key, given]) => key in SET_PER_FOLD && given !== undefined)?.[0];
  if (name === undefined) return;
  throw new ManabiError('argument', `\`fit.${name}\` cannot be set for all folds. ${SET_PER_FOLD[name]}`, {
    op: location.op,
    data: { name: `fit.${name}` },
  });
}

/** Validators of the options of `crossValidate`, which the searches accept, too. */
export const crossValidateKinds = {
  folds: optional(foldsKind, 5),
  shuffle: optional(boolean, true),
  seed: optional(nullable(count), null),
  fit: optional(checked(anything<FoldFitOptions>('options of fit'), checkFit), {}),
  sampleWeight: optional(nullable(anything<TrainingArrays>('arrays of weights')), null),
  score: optional(
    nullable(functionOf<NonNullable<CrossValidateOptions['score']>>('a function (model, test) => scores')),
    null,
  ),
  verbose: verboseKind,
  signal: optional(signal),
} satisfies KindsOf<CrossValidateOptions>;

/** Result of one fold. */
export interface FoldResult {
  /** Index of the fold. */
  readonly fold: number;
  /** Losses and metrics on the test samples, and further scores. */
  readonly scores: Logs;
  /** Losses and metrics of each epoch of training, by name. */
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly trainSamples: number;
  readonly testSamples: number;
  /** Time of training and testing, in seconds. */
  readonly seconds: number;
}

/** Results of a cross-validation: plain data. */
export interface CrossValidation {
  readonly folds: readonly FoldResult[];
  /** Mean of each score over the folds. */
  readonly mean: Logs;
  /** Standard deviation of each score over the folds (of the population, as NumPy's `std`). */
  readonly std: Logs;
}

/** Function that creates a compiled model, or a promise of one. */
export type BuildModel = () => Model | Promise<Model>;

/**
 * Trains a new model on each of several folds of the data, and scores it on the samples that the fold leaves out. With a
 * seed, the results are reproducible. The models are not kept, so their memory is freed.
 *
 * @param build function that creates and compiles a new model; called once per fold
 * @param x inputs, as for `model.fit`, but not datasets
 * @throws ManabiError `argument` if `build` returns no compiled model, or a model that shares trainable weights with that
 * of an earlier fold, and for invalid folds; otherwise as documented at `Model.fit`
 * @example
 * ```ts
 * import { crossValidate, layers, sequential } from 'manabi';
 *
 * const build = () => {
 *   const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 *   model.compile({ optimizer: 'sgd', loss: 'mse' });
 *   return model;
 * };
 * const { mean } = await crossValidate(build, [[1], [2], [3], [4]], [2, 4, 6, 8], { folds: 2, seed: 1 });
 * console.log(Number.isFinite(mean.loss)); // true
 * ```
 */
export async function crossValidate(
  build: BuildModel,
  x: TrainingArrays,
  y: TrainingArrays | null = null,
  options: CrossValidateOptions = {},
): Promise<CrossValidation> {
  const op = 'crossValidate';
  const buildKind = functionOf<BuildModel>('a function that returns a compiled model');
  if (!buildKind.accepts(build)) {
    const advice = 'Create and compile the model in the function, because each fold trains a new one.';
    throw wrongArgument({ op, name: 'build' }, buildKind.expected, build, advice);
  }
  const settings = readOptions(op, options, crossValidateKinds);
  const { results } = await runFolds(
    op,
    build,
    await readParts(op, x, y, settings.sampleWeight),
    settings,
    startOf(settings.seed),
  );
  return results;
}

/** Options of `crossValidate` with defaults. */
export type CrossValidateSettings = OptionValues<typeof crossValidateKinds>;

/** Inputs, labels and sample weights of all folds. */
export interface FoldParts {
  readonly x: TrainingArrays;
  readonly y: TrainingArrays | null;
  readonly sampleWeight: TrainingArrays | null;
}

/** Reads tensors to the host, once for all folds. */
export async function readParts(
  op: string,
  x: TrainingArrays,
  y: TrainingArrays | null,
  sampleWeight: TrainingArrays | null,
): Promise<FoldParts> {
  const read = async (name: string, arrays: TrainingArrays): Promise<TrainingArrays> =>
    isDatum(arrays) ? toHostData(op, name, arrays) : arrays;
  return {
    x: await read('x', x),
    y: y === null ? null : await read('y', y),
    sampleWeight: sampleWeight === null ? null : await read('sampleWeight', sampleWeight),
  };
}

/** Returns the position in the random numbers at which the first fold starts. */
export function startOf(seed: number | null): SeedPosition {
  return seed === null ? nextSeedPosition() : { seed, count: 0 };
}

/** Number of random draws by which the starts of two folds differ: more than a model has weights. */
const DRAWS = 1_000_000;

/** Results of a cross-validation, and its last model, which knows the directions of its metrics. */
interface FoldsRun {
  readonly results: CrossValidation;
  readonly last: Model;
}

/**
 * Trains and scores a new model on each fold.
 *
 * @param start position in the random numbers; the same for all candidates of a search, which makes them comparable
 * @param used weights of earlier models, to which those of this run are added
 */
export async function runFolds(
  op: string,
  build: BuildModel,
  parts: FoldParts,
  settings: CrossValidateSettings,
  start: SeedPosition,
  used: WeakSet<Variable> = new WeakSet(),
): Promise<FoldsRun> {
  const before = seedPosition();
  const results: FoldResult[] = [];
  let folds: readonly FoldIndices[] | null = null;
  let last: Model | null = null;
  try {
    while (folds === null || results.length < folds.length) {
      const fold = results.length;
      setSeedPosition({ seed: start.seed, count: start.count + (fold + 1) * DRAWS });
      const model = checkedModel(op, await build());
      const samples = await samplesOf(op, model, parts);
      checkNew(op, model, fold, used);
      folds ??= foldsOf(op, settings.folds, sampleCount(samples), settings.shuffle ? start.seed + start.count : null);
      const result = await runFold(model, samples, fold, folds[fold], settings);
      if (settings.verbose === 1) console.log(lineOf(result, folds.length));
      results.push(result);
      last = model;
    }
  } finally {
    setSeedPosition(before);
  }
  if (last === null) throw new TypeError('A cross-validation has at least one fold.');
  return { results: summarized(results), last };
}

function checkedModel(op: string, model: unknown): Model {
  const isModel = (given: unknown): given is Model => isLayer(given) && 'fit' in given && 'compiled' in given;
  if (isModel(model) && model.compiled) return model;
  const advice = isModel(model) ? 'Call model.compile({ optimizer, loss }) in the function.' : '';
  throw wrongArgument({ op, name: 'build()' }, 'a compiled model', model, advice);
}

/**
 * Checks that training a model does not continue the training of an earlier one.
 *
 * @throws ManabiError `argument` if the model shares trainable weights with an earlier one
 */
function checkNew(op: string, model: Model, fold: number, used: WeakSet<Variable>): void {
  const shared = model.trainableWeights.find((weight) => used.has(weight));
  if (shared !== undefined) {
    throw new ManabiError(
      'argument',
      `\`build\` must return a new model for each fold; the weight '${shared.path}' of fold ${fold} was already trained ` +
        'in an earlier fold. Create the layers in the function, or freeze those that all models share.',
      { op, data: { name: 'build', weight: shared.path, fold } },
    );
  }
  for (const weight of model.weights) used.add(weight);
}

async function runFold(
  model: Model,
  samples: Samples,
  fold: number,
  { train, test }: FoldIndices,
  settings: CrossValidateSettings,
): Promise<FoldResult> {
  const begin = performance.now();
  const { signal: abort, fit, score } = settings;
  const held = selected(samples, test);
  const testing = namedParts(model, held);
  const training = namedParts(model, selected(samples, train));
  const common = abort === undefined ? {} : { signal: abort };
  const { history } = await model.fit(training.x, training.y, {
    verbose: 0,
    ...fit,
    ...common,
    sampleWeight: training.sampleWeight,
  });
  const scores = await model.evaluate(testing.x, testing.y, {
    verbose: 0,
    batchSize: fit.batchSize ?? null,
    ...common,
    sampleWeight: testing.sampleWeight,
  });
  const [x, y] = [held.x.length === 1 ? held.x[0] : held.x, held.y.length === 1 ? held.y[0] : held.y];
  const further = score === null ? {} : await score(model, { x, y, fold });
  return {
    fold,
    scores: { ...scores, ...further },
    history: { ...history },
    trainSamples: train.length,
    testSamples: test.length,
    seconds: (performance.now() - begin) / 1000,
  };
}

/** Copies the samples with the given indices. */
function selected({ x, y, weights }: Samples, indices: ArrayLike<number>): Samples {
  const copies = new Map<HostArray, HostArray>();
  const select = (array: HostArray): HostArray => {
    // Several outputs may have the same sample weights.
    const copy = copies.get(array) ?? rowsAt(array, indices);
    copies.set(array, copy);
    return copy;
  };
  const selectKnown = (array: HostArray | null): HostArray | null => (array === null ? null : select(array));
  return { x: x.map(select), y: y.map(selectKnown), weights: weights.map(selectKnown) };
}

function rowsAt(array: HostArray, indices: ArrayLike<number>): HostArray {
  const { dtype, shape, data } = array;
  const size = shape.slice(1).reduce((product, length) => product * length, 1);
  const copy = emptyLike(array, indices.length * size);
  for (let i = 0; i < indices.length; i++)
    copy.set(data.subarray(indices[i] * size, (indices[i] + 1) * size), i * size);
  return { dtype, shape: [indices.length, ...shape.slice(1)], data: copy };
}

/** Returns samples by the names of the model's inputs and outputs. */
function namedParts({ inputNames, outputNames }: Model, { x, y, weights }: Samples): FoldParts {
  const byName = (names: readonly string[], arrays: readonly (HostArray | null)[]): Record<string, HostArray> =>
    Object.fromEntries(arrays.flatMap((array, i) => (array === null ? [] : [[names[i], array]])));
  const optionalPart = (arrays: readonly (HostArray | null)[]): Record<string, HostArray> | null =>
    arrays.every((array) => array === null) ? null : byName(outputNames, arrays);
  return { x: byName(inputNames, x), y: optionalPart(y), sampleWeight: optionalPart(weights) };
}

function summarized(folds: readonly FoldResult[]): CrossValidation {
  const names = Object.keys(folds[0].scores);
  const valuesOf = (name: string): readonly number[] => folds.map(({ scores }) => scores[name]);
  const mean = (values: readonly number[]): number => total(values) / values.length;
  const deviation = (values: readonly number[]): number => {
    const center = mean(values);
    return Math.sqrt(mean(values.map((value) => (value - center) ** 2)));
  };
  return {
    folds,
    mean: Object.fromEntries(names.map((name) => [name, mean(valuesOf(name))])),
    std: Object.fromEntries(names.map((name) => [name, deviation(valuesOf(name))])),
  };
}

function lineOf({ fold, scores, seconds }: FoldResult, folds: number): string {
  const values = Object.entries(scores).map(([name, value]) => `${name}: ${value.toFixed(4)}`);
  return [`Fold ${fold + 1}/${folds}`, `${seconds.toFixed(1)}s`, ...values].join(' - ');
}
