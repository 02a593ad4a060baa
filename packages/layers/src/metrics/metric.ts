import type { Tensor } from '@manabi/core';
import { type KindsOf, name, type OptionKinds, optional } from '@manabi/errors';
import type { PartialType } from '../structure/nested.ts';

/** What a metric remembers: tensors by name, which go through a jitted step, and may be donated. */
export type MetricState = Readonly<Record<string, Tensor>>;

/** Whether larger results are better, or smaller ones; null if neither. Callbacks ask for it. */
export type Direction = 'up' | 'down' | null;

/** What every metric takes. */
export interface MetricOptions {
  /** By default the function's: `precision`. */
  readonly name?: string;
}

/** Marks metrics of ours, for which weights of 1 are as none. */
export const weighsNeutrally: unique symbol = Symbol('weighsNeutrally');

interface Description {
  /** Keras's class: `Precision`. */
  readonly className: string;
  /** What it was made with, the name included. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly direction: Direction;
  readonly [weighsNeutrally]?: true;
}

/**
 * Something to know of how well a model predicts, over any number of batches: a description, and pure functions of what
 * is remembered.
 *
 * @example
 * ```ts
 * const metric = metrics.precision();
 * let state = metric.init();
 * for (const { yTrue, yPred } of batches) state = metric.update(state, yTrue, yPred);
 * console.log(await metric.result(state).item());
 * ```
 */
export interface Metric extends Description {
  /**
   * What is remembered before the first batch: zeros.
   *
   * @param yTrue the type of what `update` will be given; `fBetaScore`, `r2Score` and `auc({ multiLabel })` need it
   * @throws ManabiError `argument` if they are needed and not given; `shape`
   */
  init(yTrue?: PartialType, yPred?: PartialType): MetricState;
  /**
   * What is remembered after a further batch.
   *
   * @param sampleWeight one weight for each sample, or for each place
   * @throws ManabiError `shape`
   */
  update(state: MetricState, yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor | null): MetricState;
  /** The metric over all batches so far: a float scalar, or one float for each class or threshold. */
  result(state: MetricState): Tensor;
}

/** As a `Metric`, of values: `mean` and `sum`. */
export interface ValueMetric extends Description {
  /** What is remembered before the first values. */
  init(): MetricState;
  /**
   * What is remembered after further values.
   *
   * @param sampleWeight one weight for each sample, or for each value
   * @throws ManabiError `shape`
   */
  update(state: MetricState, values: Tensor, sampleWeight?: Tensor | null): MetricState;
  /** The mean or sum of all values so far. */
  result(state: MetricState): Tensor;
}

/**
 * The options of a metric.
 *
 * @param defaultName what it is called unless its user says otherwise
 * @param own the options that it has beside the name
 */
/* @__NO_SIDE_EFFECTS__ */
export function metricKinds<const Own extends OptionKinds>(defaultName: string, own: Own) {
  const kinds = { name: optional(name, defaultName) } satisfies KindsOf<MetricOptions>;
  return { ...own, ...kinds };
}

/**
 * The parts of a metric that say what it is.
 *
 * @param config its options, read
 */
export function describe<Config extends Required<MetricOptions>>(
  className: string,
  direction: Direction,
  config: Config,
): Description {
  return { className, name: config.name, direction, config: { ...config }, [weighsNeutrally]: true };
}
