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
import type { DTypePolicy } from '../../structure/dtype-policy.ts';
import type { StepGradients } from './step-gradients.ts';

/**
 * A value for all outputs, a list with one value per output in order, or an object with output names as keys; null for
 * no value.
 */
export type PerOutput<T> = T | null | readonly (T | null)[] | Readonly<Record<string, T | null>>;

/** One or several metrics of an output. */
export type MetricIdentifiers = MetricIdentifier | readonly MetricIdentifier[];

/**
 * Function that receives the loss, gradients and state updates of a batch, and returns those to apply, with the same
 * paths.
 */
export type ReduceGradients = (step: StepGradients) => StepGradients | Promise<StepGradients>;

/** Options of `model.compile`. */
export interface CompileOptions {
  /** Optimizer: a name, for Keras's defaults, or an instance such as `adam({ learningRate: 0.01 })` (default: `'rmsprop'`). */
  readonly optimizer?: OptimizerIdentifier;
  /**
   * Loss to minimize: `'mse'`, `losses.huber()`, or a function of (yTrue, yPred). For outputs with different losses, a
   * list or an object by output name.
   */
  readonly loss?: PerOutput<LossIdentifier>;
  /** Weight of the loss of each output (default: 1). */
  readonly lossWeights?: number | readonly number[] | Readonly<Record<string, number>>;
  /** Metrics to log, computed without sample and class weights. */
  readonly metrics?: PerOutput<MetricIdentifiers>;
  /** Metrics to log, computed with sample and class weights. */
  readonly weightedMetrics?: PerOutput<MetricIdentifiers>;
  /** Whether to compile steps. If false, operators run one by one, which helps in debugging (default: true). */
  readonly jit?: boolean;
  /**
   * Function applied to the gradients of each batch before they update the weights: use it to average gradients over
   * several processes, to clip them or to add noise. With this option, each step runs as two plans instead of one.
   *
   * @example
   * ```ts
   * import { layers, type ReduceGradients, sequential, tensor } from 'manabi';
   * import { clipByNorm } from 'manabi/optimizers';
   *
   * const model = sequential([layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'zeros', useBias: false })]);
   * const reduceGradients: ReduceGradients = async (step) => ({ ...step, gradients: clipByNorm(step.gradients, 1) });
   * model.compile({ optimizer: 'sgd', loss: 'mse', reduceGradients }); // learning rate 0.01
   * await model.fit(tensor([[1]]), tensor([[100]]), { verbose: 0 }); // the gradient is -200, and -1 when clipped
   * console.log(await model.getLayer(0).weight('kernel').value.array()); // [[0.01]]
   * ```
   */
  readonly reduceGradients?: ReduceGradients;
  /** Number of batches whose gradients are averaged for one update of the weights (default: 1). */
  readonly gradientAccumulationSteps?: number;
  /** Whether to keep a moving average of the weights, which replaces them when `fit` ends (default: false). */
  readonly useEma?: boolean;
  /** Decay of the moving average per step (default: 0.99). */
  readonly emaMomentum?: number;
  /**
   * The moving average replaces the weights after every such number of updates during training; null for never
   * (default: null).
   */
  readonly emaOverwriteFrequency?: number | null;
  /**
   * Whether a model with the dtype policy `mixedFloat16` wraps its optimizer in a `lossScaleOptimizer`, which keeps small
   * gradients from vanishing in float16 and skips updates with gradients that overflow (default: true).
   */
  readonly autoScaleLoss?: boolean;
}

/** Options of `compile`, checked and with defaults. */
export interface Compilation {
  readonly options: CompileOptions;
  /** The optimizer; available once `isLoaded` is true. */
  readonly optimizer: Optimizer;
  readonly jit: boolean;
  /** Function applied to gradients before they update the weights; null if there is no such function. */
  readonly reduceGradients: ReduceGradients | null;
  readonly accumulationSteps: number;
  /** Decay of the moving average of the weights; null if no average is kept. */
  readonly emaMomentum: number | null;
  readonly emaOverwriteFrequency: number | null;
  /** Whether the classes of the optimizer, losses and metrics that were passed as names are loaded. */
  readonly isLoaded: boolean;
  /** Loads the classes of the optimizer, losses and metrics that were passed as names. */
  load(op: string): Promise<void>;
}

/** Options that users may pass to `compile` although they belong elsewhere, with advice for the error message. */
const MISPLACED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['lr', 'learningRate', 'learning_rate', 'momentum', 'weightDecay', 'clipnorm'].map((name) => [
      name,
      'Pass it to the optimizer: optimizer: adam({ learningRate: 0.01 }).',
    ]),
  ),
  ...Object.fromEntries(
    ['epochs', 'batchSize', 'batch_size', 'callbacks', 'verbose', 'validationSplit', 'validationData'].map((name) => [
      name,
      'Pass it to fit().',
    ]),
  ),
  runEagerly: 'Use jit: false.',
  run_eagerly: 'Use jit: false.',
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
  autoScaleLoss: optional(boolean, true),
} satisfies KindsOf<CompileOptions>;

/**
 * Checks all options that can be checked without data: names, optimizer, losses, metrics, and numbers.
 *
 * @param policy dtype policy of the model
 * @throws ManabiError `argument` for unknown names and invalid options
 */
export function compilation(options: CompileOptions, policy: DTypePolicy): Compilation {
  const read = readOptions('compile', options, kinds, { hints: MISPLACED });
  const scales = read.autoScaleLoss && policy === 'mixedFloat16';
  const metrics = [...partsOf(read.metrics), ...partsOf(read.weightedMetrics)].flat();
  const classes = {
    optimizer: [...optimizerClasses(read.optimizer), ...(scales ? [SCALED] : [])],
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
  // All callers wait for the same promise, so they continue in the order of their calls.
  let loading: Promise<void> | null = null;
  return {
    options,
    get optimizer() {
      optimizer ??= scales ? scaledOptimizer(read.optimizer) : loadedOptimizer('compile', read.optimizer);
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

/** Class of optimizers with a loss scale; loaded only by models that need it. */
const SCALED = 'LossScaleOptimizer';

/** Returns an optimizer with a loss scale: the given one, or a wrapper of it. */
function scaledOptimizer(identifier: OptimizerIdentifier): Optimizer {
  const innerOptimizer = loadedOptimizer('compile', identifier);
  if (innerOptimizer.className === SCALED) return innerOptimizer;
  return loadedOptimizer('compile', { className: SCALED, config: { innerOptimizer } });
}

/** Returns the values for all outputs as a list. */
function partsOf<T>(given: PerOutput<T> | undefined): readonly T[] {
  if (given === undefined) return [];
  const isList = (value: PerOutput<T>): value is readonly (T | null)[] => Array.isArray(value);
  const parts = isList(given) ? given : isRecordOfParts(given) ? Object.values(given) : [given];
  return parts.filter((part) => part !== null);
}

/**
 * Returns a validator that accepts one value for all outputs, a list in the order of the outputs, or an object by
 * output name.
 */
function perOutputOf<T>(one: Kind<T>): Kind<PerOutput<T>> {
  const parts = nullable(one);
  const expected = `${one.expected}, or a list or object of these for several outputs`;
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

/** Returns whether a value is an object with output names as keys, rather than a loss or metric itself. */
export function isRecordOfParts<T>(given: PerOutput<T>): given is Readonly<Record<string, T | null>> {
  return typeof given === 'object' && given !== null && !Array.isArray(given) && !('className' in given);
}
