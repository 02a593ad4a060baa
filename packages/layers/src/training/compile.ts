import { ManabiError } from '@manabi/core';
import type { Optimizer } from '@manabi/optimizers';
import { checkOptions } from '../check-options.ts';
import { getLoss, type LossIdentifier } from '../losses/index.ts';
import { getMetric, type MetricIdentifier } from '../metrics/index.ts';
import { getOptimizer, type OptimizerIdentifier } from './optimizer-names.ts';

/** One thing for all outputs, a list in the outputs' order, or a record by their names; null for none. */
export type PerOutput<T> = T | null | readonly (T | null)[] | Readonly<Record<string, T | null>>;

/** Metrics of an output. */
export type MetricIdentifiers = MetricIdentifier | readonly MetricIdentifier[];

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
  readonly optimizer: Optimizer;
  readonly jit: boolean;
  readonly accumulationSteps: number;
  /** Momentum of the average of the weights; null without one. */
  readonly emaMomentum: number | null;
  readonly emaOverwriteFrequency: number | null;
}

const KNOWN: { readonly [K in keyof Required<CompileOptions>]: true } = {
  optimizer: true,
  loss: true,
  lossWeights: true,
  metrics: true,
  weightedMetrics: true,
  jit: true,
  gradientAccumulationSteps: true,
  useEma: true,
  emaMomentum: true,
  emaOverwriteFrequency: true,
};

/**
 * Checks what can be checked before there are data: names of options, optimizer, losses and metrics, and numbers.
 *
 * @throws ManabiError `argument`
 */
export function compilation(options: CompileOptions): Compilation {
  checkOptions('compile', options, KNOWN);
  for (const loss of parts(options.loss)) if (!decidedByShape(loss, LOSSES_BY_SHAPE)) getLoss(loss);
  for (const metric of [...parts(options.metrics), ...parts(options.weightedMetrics)].flat()) {
    if (!decidedByShape(metric, METRICS_BY_SHAPE)) getMetric(metric);
  }
  const { gradientAccumulationSteps = 1, useEma = false, emaMomentum = 0.99, emaOverwriteFrequency = null } = options;
  checkCount('compile', { gradientAccumulationSteps }, 1);
  if (emaOverwriteFrequency !== null) checkCount('compile', { emaOverwriteFrequency }, 1);
  if (!(emaMomentum >= 0 && emaMomentum <= 1)) {
    throw new ManabiError('argument', `emaMomentum is a number from 0 to 1, not ${emaMomentum}.`, {
      op: 'compile',
      data: { option: 'emaMomentum', value: emaMomentum },
    });
  }
  return {
    options,
    optimizer: getOptimizer(options.optimizer ?? 'rmsprop'),
    jit: options.jit ?? true,
    accumulationSteps: gradientAccumulationSteps,
    emaMomentum: useEma ? emaMomentum : null,
    emaOverwriteFrequency,
  };
}

/** Names that mean one thing or another, depending on the shapes of labels and outputs. */
const LOSSES_BY_SHAPE = ['crossentropy', 'ce'];
const METRICS_BY_SHAPE = ['accuracy', 'acc'];

function decidedByShape(identifier: unknown, names: readonly string[]): boolean {
  return typeof identifier === 'string' && names.includes(identifier.toLowerCase());
}

/** All that is given for some output. */
function parts<T extends object | string | ((...args: never) => unknown)>(given: PerOutput<T> | undefined): T[] {
  if (given === undefined || given === null) return [];
  if (isList(given)) return given.flatMap((part) => (part === null ? [] : [part]));
  return isRecordOfParts(given) ? Object.values(given).flatMap((part) => (part === null ? [] : [part])) : [given];
}

function isList<T>(given: PerOutput<T>): given is readonly (T | null)[] {
  return Array.isArray(given);
}

/** Whether something is a record by outputs, and not a loss or metric itself. */
export function isRecordOfParts<T>(given: PerOutput<T>): given is Readonly<Record<string, T | null>> {
  return typeof given === 'object' && given !== null && !Array.isArray(given) && !('className' in given);
}

/**
 * Checks whole numbers.
 *
 * @throws ManabiError `argument`
 */
export function checkCount(op: string, given: Readonly<Record<string, number>>, least: number): void {
  for (const [option, value] of Object.entries(given)) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    throw new ManabiError('argument', `${option} is a whole number from ${least} up, not ${value}.`, {
      op,
      data: { option, value, least },
    });
  }
}
