import {
  anyOf,
  boolean,
  fraction,
  functionOf,
  type Kind,
  type KindsOf,
  listOf,
  notNegative,
  nullable,
  optional,
  positiveInteger,
  readOptions,
  recordOf,
  wrongArgument,
} from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import type { Optimizer } from '@manabi/optimizers';
import { type LossIdentifier, lossClasses, lossIdentifierKind, lossTable } from '../../losses/table.ts';
import { type MetricIdentifier, metricClasses, metricIdentifierKind, metricTable } from '../../metrics/table.ts';
import {
  loadedOptimizer,
  type OptimizerIdentifier,
  optimizerClasses,
  optimizerIdentifierKind,
  optimizerTable,
} from '../../optimizers/table.ts';
import type { StepGradients } from './step-gradients.ts';

/** One thing for all outputs, a list in the outputs' order, or a record by their names; null for none. */
export type PerOutput<T> = T | null | readonly (T | null)[] | Readonly<Record<string, T | null>>;

/** Metrics of an output. */
export type MetricIdentifiers = MetricIdentifier | readonly MetricIdentifier[];

/** Takes the gradients of a batch, and returns those that the weights are updated with: records of the same paths. */
export type ReduceGradients = (step: StepGradients) => StepGradients | Promise<StepGradients>;

/** What `model.compile` takes. */
export interface CompileOptions {
  /** A name, with Keras's defaults, or `adam({ learningRate: 0.01 })`; by default `'rmsprop'`, as in Keras. */
  readonly optimizer?: OptimizerIdentifier;
  /** What to make small: `'mse'`, `losses.huber()`, a function of (yTrue, yPred); per output where they differ. */
  readonly loss?: PerOutput<LossIdentifier>;
  /** How much the loss of each output counts; by default 1. */
  readonly lossWeights?: number | readonly number[] | Readonly<Record<string, number>>;
  /** What else to know; sample and class weights do not count here. */
  readonly metrics?: PerOutput<MetricIdentifiers>;
  /** As `metrics`, with sample and class weights. */
  readonly weightedMetrics?: PerOutput<MetricIdentifiers>;
  /** Whether steps are compiled; by default yes. Without, each operator runs when it is reached: for debugging. */
  readonly jit?: boolean;
  /**
   * Stands between the gradients of each batch and their update: for means over several processes, clipping, or noise.
   * Steps then run as two plans instead of one.
   *
   * @example `reduceGradients: async (step) => allReduceMean(step)`
   */
  readonly reduceGradients?: ReduceGradients;
  /** So many batches make one update, of the mean of their gradients. */
  readonly gradientAccumulationSteps?: number;
  /** Whether to keep a moving average of the weights, which takes their place when `fit` ends; by default no. */
  readonly useEma?: boolean;
  /** How much of the average remains at each step; by default 0.99. */
  readonly emaMomentum?: number;
  /** The average takes the place of the weights after so many updates, too. */
  readonly emaOverwriteFrequency?: number | null;
}

/** Options of `compile`, checked and complete. */
export interface Compilation {
  readonly options: CompileOptions;
  /** The optimizer, when `isLoaded`. */
  readonly optimizer: Optimizer;
  readonly jit: boolean;
  /** What stands between gradients and updates; null where nothing does. */
  readonly reduceGradients: ReduceGradients | null;
  readonly accumulationSteps: number;
  /** Momentum of the average of the weights; null without one. */
  readonly emaMomentum: number | null;
  readonly emaOverwriteFrequency: number | null;
  /** Whether the classes of what was given by name are loaded: of the optimizer, losses and metrics. */
  readonly isLoaded: boolean;
  /** Loads those classes. */
  load(op: string): Promise<void>;
}

/** Options that belong elsewhere, and where. */
const MISPLACED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['lr', 'learningRate', 'learning_rate', 'momentum', 'weightDecay', 'clipnorm'].map((name) => [
      name,
      'It is an option of the optimizer: optimizer: adam({ learningRate: 0.01 }).',
    ]),
  ),
  ...Object.fromEntries(
    ['epochs', 'batchSize', 'batch_size', 'callbacks', 'verbose', 'validationSplit', 'validationData'].map((name) => [
      name,
      'It is an option of fit().',
    ]),
  ),
  runEagerly: 'Write jit: false.',
  run_eagerly: 'Write jit: false.',
};

const metricIdentifiers: Kind<MetricIdentifiers> = {
  expected: `${metricIdentifierKind.expected}, or a list of metrics`,
  accepts: (given) => Array.isArray(given) || metricIdentifierKind.accepts(given),
  read: (given, place) =>
    Array.isArray(given) ? listOf(metricIdentifierKind).read(given, place) : metricIdentifierKind.read(given, place),
};

const kinds = {
  optimizer: optional(optimizerIdentifierKind, 'rmsprop'),
  loss: optional(perOutputOf(lossIdentifierKind)),
  lossWeights: optional(anyOf(notNegative, listOf(notNegative), recordOf(notNegative))),
  metrics: optional(perOutputOf(metricIdentifiers)),
  weightedMetrics: optional(perOutputOf(metricIdentifiers)),
  jit: optional(boolean, true),
  reduceGradients: optional(nullable(functionOf<ReduceGradients>('a function (step) => step')), null),
  gradientAccumulationSteps: optional(positiveInteger, 1),
  useEma: optional(boolean, false),
  emaMomentum: optional(fraction, 0.99),
  emaOverwriteFrequency: optional(nullable(positiveInteger), null),
} satisfies KindsOf<CompileOptions>;

/**
 * Checks what can be checked before there are data: names of options, optimizer, losses and metrics, and numbers.
 *
 * @throws ManabiError `argument`
 */
export function compilation(options: CompileOptions): Compilation {
  const read = readOptions('compile', options, kinds, { hints: MISPLACED });
  const metrics = [...partsOf(read.metrics), ...partsOf(read.weightedMetrics)].flat();
  const classes = {
    optimizer: optimizerClasses(read.optimizer),
    loss: lossClasses(partsOf(read.loss)),
    metrics: metricClasses(metrics),
  };
  const loadAll = async (op: string): Promise<void> => {
    await optimizerTable.load(classes.optimizer, { op, name: 'optimizer' });
    await Promise.all([
      lossTable.load(classes.loss, { op, name: 'loss' }),
      metricTable.load(classes.metrics, { op, name: 'metrics' }),
    ]);
  };
  let optimizer: Optimizer | null = null;
  // One promise for all callers, so that they go on in the order in which they came.
  let loading: Promise<void> | null = null;
  return {
    options,
    get optimizer() {
      optimizer ??= loadedOptimizer('compile', read.optimizer);
      return optimizer;
    },
    jit: read.jit,
    reduceGradients: read.reduceGradients,
    accumulationSteps: read.gradientAccumulationSteps,
    emaMomentum: read.useEma ? read.emaMomentum : null,
    emaOverwriteFrequency: read.emaOverwriteFrequency,
    get isLoaded() {
      return (
        classes.optimizer.every((name) => optimizerTable.isLoaded(name)) &&
        classes.loss.every((name) => lossTable.isLoaded(name)) &&
        classes.metrics.every((name) => metricTable.isLoaded(name))
      );
    },
    load: (op) => {
      loading ??= loadAll(op).catch((error: unknown) => {
        loading = null;
        throw error;
      });
      return loading;
    },
  };
}

/** What is given for any output. */
function partsOf<T>(given: PerOutput<T> | undefined): readonly T[] {
  if (given === undefined) return [];
  const isList = (value: PerOutput<T>): value is readonly (T | null)[] => Array.isArray(value);
  const parts = isList(given) ? given : isRecordOfParts(given) ? Object.values(given) : [given];
  return parts.filter((part) => part !== null);
}

/** The kind of what is given for all outputs at once, in a list in their order, or in a record by their names. */
function perOutputOf<T>(one: Kind<T>): Kind<PerOutput<T>> {
  const parts = nullable(one);
  const expected = `${one.expected}, or a list or record of these for several outputs`;
  return {
    expected,
    accepts: (given) => given === null || Array.isArray(given) || isPlainObject(given) || one.accepts(given),
    read: (given, place) => {
      if (given === null) return null;
      if (Array.isArray(given)) return listOf(parts).read(given, place);
      if (isPlainObject(given) && isRecordOfParts(given)) return recordOf(parts).read(given, place);
      if (one.accepts(given)) return one.read(given, place);
      throw wrongArgument(place, expected, given);
    },
  };
}

/** Whether something is a record by outputs, and not a loss or metric itself. */
export function isRecordOfParts<T>(given: PerOutput<T>): given is Readonly<Record<string, T | null>> {
  return typeof given === 'object' && given !== null && !Array.isArray(given) && !('className' in given);
}
