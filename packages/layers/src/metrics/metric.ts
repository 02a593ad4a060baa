import type { Tensor } from '@manabi/core';
import { type KindsOf, name, type OptionKinds, optional } from '@manabi/errors';
import type { PartialType } from '../structure/nested.ts';

/** State of a metric: tensors by name. It can be passed to jitted functions and be donated. */
export type MetricState = Readonly<Record<string, Tensor>>;

/**
 * Whether larger (`up`) or smaller (`down`) results are better; null if unknown. Callbacks such as `earlyStopping` use
 * the direction.
 */
export type Direction = 'up' | 'down' | null;

/** Options of all metrics. */
export interface MetricOptions {
  /** Name in logs (default: the name of the function, such as `precision`). */
  readonly name?: string;
}

/**
 * Key of a property that marks the metrics of this package. For these metrics, weights of 1 have the same effect as no
 * weights.
 */
export const weighsNeutrally: unique symbol = Symbol('weighsNeutrally');

interface Description {
  /** Class name in Keras, such as `Precision`. */
  readonly className: string;
  /** Options the metric was created with, including the name. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly direction: Direction;
  readonly [weighsNeutrally]?: true;
}

/**
 * A measure of the quality of predictions over any number of batches. It consists of pure functions of a state.
 *
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.precision();
 * let state = metric.init();
 * state = metric.update(state, tensor([1, 0]), tensor([0.9, 0.8]));
 * state = metric.update(state, tensor([1, 1]), tensor([0.7, 0.6]));
 * console.log(await metric.result(state).item()); // 0.75
 * ```
 */
export interface Metric extends Description {
  /**
   * Returns the state before the first batch: zeros.
   *
   * @param yTrue type of the labels passed to `update`; required by `fBetaScore`, `f1Score`, `r2Score` and
   * `auc({ multiLabel: true })`
   * @param yPred type of the predictions passed to `update`; required by the same metrics
   * @throws ManabiError `argument` if required types are missing; `shape` if they have the wrong rank
   */
  init(yTrue?: PartialType, yPred?: PartialType): MetricState;
  /**
   * Returns the state after the labels and predictions of one more batch.
   *
   * @param sampleWeight one weight for each sample, or for each position
   * @throws ManabiError `shape` if shapes do not match
   */
  update(state: MetricState, yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor | null): MetricState;
  /** Returns the metric over all batches so far: a float scalar, or one float per class or threshold. */
  result(state: MetricState): Tensor;
}

/** A metric of plain values rather than labels and predictions: `mean` and `sum`. */
export interface ValueMetric extends Description {
  /** Returns the initial state, to which no values have been added. */
  init(): MetricState;
  /**
   * Returns the state after more values.
   *
   * @param sampleWeight one weight for each sample, or for each value
   * @throws ManabiError `shape` if the shape of the weights does not match the values
   */
  update(state: MetricState, values: Tensor, sampleWeight?: Tensor | null): MetricState;
  /** Returns the mean or sum of all values so far. */
  result(state: MetricState): Tensor;
}

/**
 * Returns validators for the options of a metric.
 *
 * @param defaultName name of the metric unless the option `name` is given
 * @param own options that the metric accepts in addition to `name`
 */
/* @__NO_SIDE_EFFECTS__ */
export function metricKinds<const Own extends OptionKinds>(defaultName: string, own: Own) {
  const kinds = { name: optional(name, defaultName) } satisfies KindsOf<MetricOptions>;
  return { ...own, ...kinds };
}

/**
 * Returns the fields of a metric that do not depend on data: class name, name, direction and config.
 *
 * @param config options with defaults filled in
 */
export function describe<Config extends Required<MetricOptions>>(
  className: string,
  direction: Direction,
  config: Config,
): Description {
  return { className, name: config.name, direction, config: { ...config }, [weighsNeutrally]: true };
}
