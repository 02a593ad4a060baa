import { boolean, fraction, integer, type KindsOf, nullable, optional, readOptions } from '@manabi/errors';
import {
  binaryCrossentropy as binaryCrossentropyLoss,
  categoricalCrossentropy as categoricalCrossentropyLoss,
  sparseCategoricalCrossentropy as sparseCategoricalCrossentropyLoss,
} from '../losses/crossentropy.ts';
import { klDivergence as klDivergenceLoss, poisson as poissonLoss } from '../losses/divergence.ts';
import {
  categoricalHinge as categoricalHingeLoss,
  hinge as hingeLoss,
  squaredHinge as squaredHingeLoss,
} from '../losses/hinge.ts';
import type { Loss } from '../losses/loss.ts';
import {
  logCosh,
  meanAbsoluteError as meanAbsoluteErrorLoss,
  meanAbsolutePercentageError as meanAbsolutePercentageErrorLoss,
  meanSquaredError as meanSquaredErrorLoss,
  meanSquaredLogarithmicError as meanSquaredLogarithmicErrorLoss,
} from '../losses/regression.ts';
import { axisKind } from '../structure/option-kinds.ts';
import { meanOf } from './mean.ts';
import { type Metric, type MetricOptions, metricKinds } from './metric.ts';

/**
 * Creates a metric of the mean squared error: `mean((yTrue - yPred)²)` over all samples.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.meanSquaredError();
 * const state = metric.update(metric.init(), tensor([[1], [2]]), tensor([[2], [4]]));
 * console.log(await metric.result(state).item()); // 2.5
 * ```
 */
export function meanSquaredError(options: MetricOptions = {}): Metric {
  return meanOfLoss(
    meanSquaredErrorLoss(),
    readOptions('meanSquaredError', options, metricKinds('meanSquaredError', {})),
  );
}

/**
 * Creates a metric of the mean absolute error: `mean(|yTrue - yPred|)` over all samples.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.meanAbsoluteError();
 * const state = metric.update(metric.init(), tensor([[1], [2]]), tensor([[2], [4]]));
 * console.log(await metric.result(state).item()); // 1.5
 * ```
 */
export function meanAbsoluteError(options: MetricOptions = {}): Metric {
  return meanOfLoss(
    meanAbsoluteErrorLoss(),
    readOptions('meanAbsoluteError', options, metricKinds('meanAbsoluteError', {})),
  );
}

/**
 * Creates a metric of the mean absolute percentage error: `100 · mean(|yTrue - yPred| / max(|yTrue|, 1e-7))`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.meanAbsolutePercentageError();
 * const state = metric.update(metric.init(), tensor([[1], [2]]), tensor([[2], [3]]));
 * console.log(await metric.result(state).item()); // 75
 * ```
 */
export function meanAbsolutePercentageError(options: MetricOptions = {}): Metric {
  return meanOfLoss(
    meanAbsolutePercentageErrorLoss(),
    readOptions('meanAbsolutePercentageError', options, metricKinds('meanAbsolutePercentageError', {})),
  );
}

/**
 * Creates a metric of the mean squared logarithmic error: `mean((log(1 + yTrue) - log(1 + yPred))²)`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.meanSquaredLogarithmicError();
 * const state = metric.update(metric.init(), tensor([[1], [2]]), tensor([[2], [4]]));
 * console.log(await metric.result(state).item()); // 0.2127
 * ```
 */
export function meanSquaredLogarithmicError(options: MetricOptions = {}): Metric {
  return meanOfLoss(
    meanSquaredLogarithmicErrorLoss(),
    readOptions('meanSquaredLogarithmicError', options, metricKinds('meanSquaredLogarithmicError', {})),
  );
}

/**
 * Creates a metric of the mean log-cosh error: `mean(log(cosh(yPred - yTrue)))`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.logCoshError();
 * const state = metric.update(metric.init(), tensor([[1], [2]]), tensor([[2], [4]]));
 * console.log(await metric.result(state).item()); // 0.8794
 * ```
 */
export function logCoshError(options: MetricOptions = {}): Metric {
  const config = readOptions('logCoshError', options, metricKinds('logcosh', {}));
  return meanOf('LogCoshError', 'down', config, logCosh().call);
}

/**
 * Creates a metric of the mean hinge loss: `mean(max(1 - yTrue · yPred, 0))`, for labels -1 and 1 (or 0 and 1).
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.hinge();
 * const state = metric.update(metric.init(), tensor([[1], [-1]]), tensor([[0.4], [0.2]]));
 * console.log(await metric.result(state).item()); // 0.9
 * ```
 */
export function hinge(options: MetricOptions = {}): Metric {
  return meanOfLoss(hingeLoss(), readOptions('hinge', options, metricKinds('hinge', {})));
}

/**
 * Creates a metric of the mean squared hinge loss: `mean(max(1 - yTrue · yPred, 0)²)`, for labels -1 and 1 (or 0 and 1).
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.squaredHinge();
 * const state = metric.update(metric.init(), tensor([[1], [-1]]), tensor([[0.4], [0.2]]));
 * console.log(await metric.result(state).item()); // 0.9
 * ```
 */
export function squaredHinge(options: MetricOptions = {}): Metric {
  return meanOfLoss(squaredHingeLoss(), readOptions('squaredHinge', options, metricKinds('squaredHinge', {})));
}

/**
 * Creates a metric of the mean categorical hinge loss, for one-hot labels: `mean(max(neg - pos + 1, 0))`, where `pos`
 * is the score of the true class and `neg` the highest score of the other classes.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.categoricalHinge();
 * const state = metric.update(metric.init(), tensor([[0, 1, 0]]), tensor([[0.2, 0.5, 0.3]]));
 * console.log(await metric.result(state).item()); // 0.8
 * ```
 */
export function categoricalHinge(options: MetricOptions = {}): Metric {
  return meanOfLoss(
    categoricalHingeLoss(),
    readOptions('categoricalHinge', options, metricKinds('categoricalHinge', {})),
  );
}

/**
 * Creates a metric of the mean Kullback–Leibler divergence: `mean(Σ yTrue · log(yTrue / yPred))`.
 *
 * Source: S. Kullback and R. Leibler, "On Information and Sufficiency", 1951.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.klDivergence();
 * const state = metric.update(metric.init(), tensor([[0.5, 0.5]]), tensor([[0.9, 0.1]]));
 * console.log(await metric.result(state).item()); // 0.5108
 * ```
 */
export function klDivergence(options: MetricOptions = {}): Metric {
  return meanOfLoss(klDivergenceLoss(), readOptions('klDivergence', options, metricKinds('klDivergence', {})));
}

/**
 * Creates a metric of the mean Poisson loss: `mean(yPred - yTrue · log(yPred + 1e-7))`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.poisson();
 * const state = metric.update(metric.init(), tensor([[2], [0]]), tensor([[1.5], [0.5]]));
 * console.log(await metric.result(state).item()); // 0.5945
 * ```
 */
export function poisson(options: MetricOptions = {}): Metric {
  return meanOfLoss(poissonLoss(), readOptions('poisson', options, metricKinds('poisson', {})));
}

/** Options of the metric `binaryCrossentropy`. */
export interface BinaryCrossentropyMetricOptions extends MetricOptions {
  /** Whether predictions are logits rather than probabilities (default: false). */
  readonly fromLogits?: boolean;
  /** Fraction of each label distributed evenly over the classes, from 0 to 1 (default: 0). */
  readonly labelSmoothing?: number;
}

const binaryKinds = metricKinds('binaryCrossentropy', {
  fromLogits: optional(boolean, false),
  labelSmoothing: optional(fraction, 0),
}) satisfies KindsOf<BinaryCrossentropyMetricOptions>;

/**
 * Creates a metric of the mean binary crossentropy: `mean(-(y · log(p) + (1 - y) · log(1 - p)))`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.binaryCrossentropy();
 * const state = metric.update(metric.init(), tensor([[1], [0]]), tensor([[0.9], [0.4]]));
 * console.log(await metric.result(state).item()); // 0.3081
 * ```
 */
export function binaryCrossentropy(options: BinaryCrossentropyMetricOptions = {}): Metric {
  const config = readOptions('binaryCrossentropy', options, binaryKinds);
  return meanOfLoss(binaryCrossentropyLoss(config), config);
}

/** Options of the metric `categoricalCrossentropy`. */
export interface CategoricalCrossentropyMetricOptions extends BinaryCrossentropyMetricOptions {
  /** Axis of the classes (default: -1). */
  readonly axis?: number;
}

const categoricalKinds = metricKinds('categoricalCrossentropy', {
  fromLogits: optional(boolean, false),
  labelSmoothing: optional(fraction, 0),
  axis: optional(axisKind, -1),
}) satisfies KindsOf<CategoricalCrossentropyMetricOptions>;

/**
 * Creates a metric of the mean categorical crossentropy, for one-hot labels: `mean(-Σ y · log(p))`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.categoricalCrossentropy();
 * const state = metric.update(metric.init(), tensor([[0, 1, 0]]), tensor([[0.2, 0.5, 0.3]]));
 * console.log(await metric.result(state).item()); // 0.6931
 * ```
 */
export function categoricalCrossentropy(options: CategoricalCrossentropyMetricOptions = {}): Metric {
  const config = readOptions('categoricalCrossentropy', options, categoricalKinds);
  return meanOfLoss(categoricalCrossentropyLoss(config), config);
}

/** Options of the metric `sparseCategoricalCrossentropy`. */
export interface SparseCategoricalCrossentropyMetricOptions
  extends Omit<CategoricalCrossentropyMetricOptions, 'labelSmoothing'> {
  /** Class whose samples have loss 0; as in Keras, they still count in the mean unless there are weights. */
  readonly ignoreClass?: number | null;
}

const sparseKinds = metricKinds('sparseCategoricalCrossentropy', {
  fromLogits: optional(boolean, false),
  ignoreClass: optional(nullable(integer()), null),
  axis: optional(axisKind, -1),
}) satisfies KindsOf<SparseCategoricalCrossentropyMetricOptions>;

/**
 * Creates a metric of the mean categorical crossentropy, for integer labels: `mean(-log(p[label]))`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.sparseCategoricalCrossentropy();
 * const state = metric.update(metric.init(), tensor([1]), tensor([[0.2, 0.5, 0.3]]));
 * console.log(await metric.result(state).item()); // 0.6931
 * ```
 */
export function sparseCategoricalCrossentropy(options: SparseCategoricalCrossentropyMetricOptions = {}): Metric {
  const config = readOptions('sparseCategoricalCrossentropy', options, sparseKinds);
  return meanOfLoss(sparseCategoricalCrossentropyLoss(config), config);
}

function meanOfLoss(loss: Loss, config: Required<MetricOptions>): Metric {
  return meanOf(loss.className, 'down', config, loss.call);
}
