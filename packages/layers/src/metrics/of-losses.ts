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
export function meanSquaredError({ name = 'meanSquaredError' }: MetricOptions = {}): Metric {
  return meanOfLoss(meanSquaredErrorLoss(), name);
}

/** The mean of `losses.meanAbsoluteError`. */
export function meanAbsoluteError({ name = 'meanAbsoluteError' }: MetricOptions = {}): Metric {
  return meanOfLoss(meanAbsoluteErrorLoss(), name);
}

/** The mean of `losses.meanAbsolutePercentageError`. */
export function meanAbsolutePercentageError({ name = 'meanAbsolutePercentageError' }: MetricOptions = {}): Metric {
  return meanOfLoss(meanAbsolutePercentageErrorLoss(), name);
}

/** The mean of `losses.meanSquaredLogarithmicError`. */
export function meanSquaredLogarithmicError({ name = 'meanSquaredLogarithmicError' }: MetricOptions = {}): Metric {
  return meanOfLoss(meanSquaredLogarithmicErrorLoss(), name);
}

/** The mean of `losses.logCosh`. */
export function logCoshError({ name = 'logcosh' }: MetricOptions = {}): Metric {
  return meanOf('LogCoshError', name, 'down', {}, logCosh().call);
}

/** The mean of `losses.hinge`. */
export function hinge({ name = 'hinge' }: MetricOptions = {}): Metric {
  return meanOfLoss(hingeLoss(), name);
}

/** The mean of `losses.squaredHinge`. */
export function squaredHinge({ name = 'squaredHinge' }: MetricOptions = {}): Metric {
  return meanOfLoss(squaredHingeLoss(), name);
}

/** The mean of `losses.categoricalHinge`. */
export function categoricalHinge({ name = 'categoricalHinge' }: MetricOptions = {}): Metric {
  return meanOfLoss(categoricalHingeLoss(), name);
}

/** The mean of `losses.klDivergence`. */
export function klDivergence({ name = 'klDivergence' }: MetricOptions = {}): Metric {
  return meanOfLoss(klDivergenceLoss(), name);
}

/** The mean of `losses.poisson`. */
export function poisson({ name = 'poisson' }: MetricOptions = {}): Metric {
  return meanOfLoss(poissonLoss(), name);
}

/** What `binaryCrossentropy` takes, as a metric. */
export interface BinaryCrossentropyMetricOptions extends MetricOptions {
  /** Whether predictions are logits; by default they are probabilities. */
  readonly fromLogits?: boolean;
  /** How much of each label is given to both classes alike; by default 0. */
  readonly labelSmoothing?: number;
}

/** The mean of `losses.binaryCrossentropy`. */
export function binaryCrossentropy({
  fromLogits = false,
  labelSmoothing = 0,
  name = 'binaryCrossentropy',
}: BinaryCrossentropyMetricOptions = {}): Metric {
  const options = { fromLogits, labelSmoothing };
  return meanOfLoss(binaryCrossentropyLoss(options), name, options);
}

/** What `categoricalCrossentropy` takes, as a metric. */
export interface CategoricalCrossentropyMetricOptions extends BinaryCrossentropyMetricOptions {
  /** The axis of the classes; by default the last. */
  readonly axis?: number;
}

/** The mean of `losses.categoricalCrossentropy`. */
export function categoricalCrossentropy({
  fromLogits = false,
  labelSmoothing = 0,
  axis = -1,
  name = 'categoricalCrossentropy',
}: CategoricalCrossentropyMetricOptions = {}): Metric {
  const options = { fromLogits, labelSmoothing, axis };
  return meanOfLoss(categoricalCrossentropyLoss(options), name, options);
}

/** What `sparseCategoricalCrossentropy` takes, as a metric. */
export interface SparseCategoricalCrossentropyMetricOptions
  extends Omit<CategoricalCrossentropyMetricOptions, 'labelSmoothing'> {
  /** Labels of this class cost nothing; as in Keras, they count in the mean unless there are weights. */
  readonly ignoreClass?: number | null;
}

/** The mean of `losses.sparseCategoricalCrossentropy`. */
export function sparseCategoricalCrossentropy({
  fromLogits = false,
  ignoreClass = null,
  axis = -1,
  name = 'sparseCategoricalCrossentropy',
}: SparseCategoricalCrossentropyMetricOptions = {}): Metric {
  const options = { fromLogits, ignoreClass, axis };
  return meanOfLoss(sparseCategoricalCrossentropyLoss(options), name, options);
}

function meanOfLoss(loss: Loss, name: string, options: Readonly<Record<string, unknown>> = {}): Metric {
  return meanOf(loss.className, name, 'down', options, loss.call);
}
