import { checkedBy } from '../check-options.ts';
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
import { meanOf } from './mean.ts';
import type { Metric, MetricOptions } from './metric.ts';

/** The mean of `losses.meanSquaredError`. */
export function meanSquaredError(options: MetricOptions = {}): Metric {
  const { name = 'meanSquaredError' } = options;
  return checkedBy(options, meanOfLoss(meanSquaredErrorLoss(), name));
}

/** The mean of `losses.meanAbsoluteError`. */
export function meanAbsoluteError(options: MetricOptions = {}): Metric {
  const { name = 'meanAbsoluteError' } = options;
  return checkedBy(options, meanOfLoss(meanAbsoluteErrorLoss(), name));
}

/** The mean of `losses.meanAbsolutePercentageError`. */
export function meanAbsolutePercentageError(options: MetricOptions = {}): Metric {
  const { name = 'meanAbsolutePercentageError' } = options;
  return checkedBy(options, meanOfLoss(meanAbsolutePercentageErrorLoss(), name));
}

/** The mean of `losses.meanSquaredLogarithmicError`. */
export function meanSquaredLogarithmicError(options: MetricOptions = {}): Metric {
  const { name = 'meanSquaredLogarithmicError' } = options;
  return checkedBy(options, meanOfLoss(meanSquaredLogarithmicErrorLoss(), name));
}

/** The mean of `losses.logCosh`. */
export function logCoshError(options: MetricOptions = {}): Metric {
  const { name = 'logcosh' } = options;
  return checkedBy(options, meanOf('LogCoshError', name, 'down', {}, logCosh().call));
}

/** The mean of `losses.hinge`. */
export function hinge(options: MetricOptions = {}): Metric {
  const { name = 'hinge' } = options;
  return checkedBy(options, meanOfLoss(hingeLoss(), name));
}

/** The mean of `losses.squaredHinge`. */
export function squaredHinge(options: MetricOptions = {}): Metric {
  const { name = 'squaredHinge' } = options;
  return checkedBy(options, meanOfLoss(squaredHingeLoss(), name));
}

/** The mean of `losses.categoricalHinge`. */
export function categoricalHinge(options: MetricOptions = {}): Metric {
  const { name = 'categoricalHinge' } = options;
  return checkedBy(options, meanOfLoss(categoricalHingeLoss(), name));
}

/** The mean of `losses.klDivergence`. */
export function klDivergence(options: MetricOptions = {}): Metric {
  const { name = 'klDivergence' } = options;
  return checkedBy(options, meanOfLoss(klDivergenceLoss(), name));
}

/** The mean of `losses.poisson`. */
export function poisson(options: MetricOptions = {}): Metric {
  const { name = 'poisson' } = options;
  return checkedBy(options, meanOfLoss(poissonLoss(), name));
}

/** What `binaryCrossentropy` takes, as a metric. */
export interface BinaryCrossentropyMetricOptions extends MetricOptions {
  /** Whether predictions are logits; by default they are probabilities. */
  readonly fromLogits?: boolean;
  /** How much of each label is given to both classes alike; by default 0. */
  readonly labelSmoothing?: number;
}

/** The mean of `losses.binaryCrossentropy`. */
export function binaryCrossentropy(given: BinaryCrossentropyMetricOptions = {}): Metric {
  const { fromLogits = false, labelSmoothing = 0, name = 'binaryCrossentropy' } = given;
  const options = { fromLogits, labelSmoothing };
  return checkedBy(given, meanOfLoss(binaryCrossentropyLoss(options), name, options));
}

/** What `categoricalCrossentropy` takes, as a metric. */
export interface CategoricalCrossentropyMetricOptions extends BinaryCrossentropyMetricOptions {
  /** The axis of the classes; by default the last. */
  readonly axis?: number;
}

/** The mean of `losses.categoricalCrossentropy`. */
export function categoricalCrossentropy(given: CategoricalCrossentropyMetricOptions = {}): Metric {
  const { fromLogits = false, labelSmoothing = 0, axis = -1, name = 'categoricalCrossentropy' } = given;
  const options = { fromLogits, labelSmoothing, axis };
  return checkedBy(given, meanOfLoss(categoricalCrossentropyLoss(options), name, options));
}

/** What `sparseCategoricalCrossentropy` takes, as a metric. */
export interface SparseCategoricalCrossentropyMetricOptions
  extends Omit<CategoricalCrossentropyMetricOptions, 'labelSmoothing'> {
  /** Labels of this class cost nothing; as in Keras, they count in the mean unless there are weights. */
  readonly ignoreClass?: number | null;
}

/** The mean of `losses.sparseCategoricalCrossentropy`. */
export function sparseCategoricalCrossentropy(given: SparseCategoricalCrossentropyMetricOptions = {}): Metric {
  const { fromLogits = false, ignoreClass = null, axis = -1, name = 'sparseCategoricalCrossentropy' } = given;
  const options = { fromLogits, ignoreClass, axis };
  return checkedBy(given, meanOfLoss(sparseCategoricalCrossentropyLoss(options), name, options));
}

function meanOfLoss(loss: Loss, name: string, options: Readonly<Record<string, unknown>> = {}): Metric {
  return meanOf(loss.className, name, 'down', options, loss.call);
}
