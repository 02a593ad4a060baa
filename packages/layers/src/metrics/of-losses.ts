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

/** The mean of `losses.meanSquaredError`. */
export function meanSquaredError(options: MetricOptions = {}): Metric {
  return meanOfLoss(
    meanSquaredErrorLoss(),
    readOptions('meanSquaredError', options, metricKinds('meanSquaredError', {})),
  );
}

/** The mean of `losses.meanAbsoluteError`. */
export function meanAbsoluteError(options: MetricOptions = {}): Metric {
  return meanOfLoss(
    meanAbsoluteErrorLoss(),
    readOptions('meanAbsoluteError', options, metricKinds('meanAbsoluteError', {})),
  );
}

/** The mean of `losses.meanAbsolutePercentageError`. */
export function meanAbsolutePercentageError(options: MetricOptions = {}): Metric {
  return meanOfLoss(
    meanAbsolutePercentageErrorLoss(),
    readOptions('meanAbsolutePercentageError', options, metricKinds('meanAbsolutePercentageError', {})),
  );
}

/** The mean of `losses.meanSquaredLogarithmicError`. */
export function meanSquaredLogarithmicError(options: MetricOptions = {}): Metric {
  return meanOfLoss(
    meanSquaredLogarithmicErrorLoss(),
    readOptions('meanSquaredLogarithmicError', options, metricKinds('meanSquaredLogarithmicError', {})),
  );
}

/** The mean of `losses.logCosh`. */
export function logCoshError(options: MetricOptions = {}): Metric {
  const config = readOptions('logCoshError', options, metricKinds('logcosh', {}));
  return meanOf('LogCoshError', 'down', config, logCosh().call);
}

/** The mean of `losses.hinge`. */
export function hinge(options: MetricOptions = {}): Metric {
  return meanOfLoss(hingeLoss(), readOptions('hinge', options, metricKinds('hinge', {})));
}

/** The mean of `losses.squaredHinge`. */
export function squaredHinge(options: MetricOptions = {}): Metric {
  return meanOfLoss(squaredHingeLoss(), readOptions('squaredHinge', options, metricKinds('squaredHinge', {})));
}

/** The mean of `losses.categoricalHinge`. */
export function categoricalHinge(options: MetricOptions = {}): Metric {
  return meanOfLoss(
    categoricalHingeLoss(),
    readOptions('categoricalHinge', options, metricKinds('categoricalHinge', {})),
  );
}

/** The mean of `losses.klDivergence`. */
export function klDivergence(options: MetricOptions = {}): Metric {
  return meanOfLoss(klDivergenceLoss(), readOptions('klDivergence', options, metricKinds('klDivergence', {})));
}

/** The mean of `losses.poisson`. */
export function poisson(options: MetricOptions = {}): Metric {
  return meanOfLoss(poissonLoss(), readOptions('poisson', options, metricKinds('poisson', {})));
}

/** What `binaryCrossentropy` takes, as a metric. */
export interface BinaryCrossentropyMetricOptions extends MetricOptions {
  /** Whether predictions are logits; by default they are probabilities. */
  readonly fromLogits?: boolean;
  /** How much of each label is given to both classes alike; by default 0. */
  readonly labelSmoothing?: number;
}

const binaryKinds = metricKinds('binaryCrossentropy', {
  fromLogits: optional(boolean, false),
  labelSmoothing: optional(fraction, 0),
}) satisfies KindsOf<BinaryCrossentropyMetricOptions>;

/** The mean of `losses.binaryCrossentropy`. */
export function binaryCrossentropy(options: BinaryCrossentropyMetricOptions = {}): Metric {
  const config = readOptions('binaryCrossentropy', options, binaryKinds);
  return meanOfLoss(binaryCrossentropyLoss(config), config);
}

/** What `categoricalCrossentropy` takes, as a metric. */
export interface CategoricalCrossentropyMetricOptions extends BinaryCrossentropyMetricOptions {
  /** The axis of the classes; by default the last. */
  readonly axis?: number;
}

const categoricalKinds = metricKinds('categoricalCrossentropy', {
  fromLogits: optional(boolean, false),
  labelSmoothing: optional(fraction, 0),
  axis: optional(axisKind, -1),
}) satisfies KindsOf<CategoricalCrossentropyMetricOptions>;

/** The mean of `losses.categoricalCrossentropy`. */
export function categoricalCrossentropy(options: CategoricalCrossentropyMetricOptions = {}): Metric {
  const config = readOptions('categoricalCrossentropy', options, categoricalKinds);
  return meanOfLoss(categoricalCrossentropyLoss(config), config);
}

/** What `sparseCategoricalCrossentropy` takes, as a metric. */
export interface SparseCategoricalCrossentropyMetricOptions
  extends Omit<CategoricalCrossentropyMetricOptions, 'labelSmoothing'> {
  /** Labels of this class cost nothing; as in Keras, they count in the mean unless there are weights. */
  readonly ignoreClass?: number | null;
}

const sparseKinds = metricKinds('sparseCategoricalCrossentropy', {
  fromLogits: optional(boolean, false),
  ignoreClass: optional(nullable(integer()), null),
  axis: optional(axisKind, -1),
}) satisfies KindsOf<SparseCategoricalCrossentropyMetricOptions>;

/** The mean of `losses.sparseCategoricalCrossentropy`. */
export function sparseCategoricalCrossentropy(options: SparseCategoricalCrossentropyMetricOptions = {}): Metric {
  const config = readOptions('sparseCategoricalCrossentropy', options, sparseKinds);
  return meanOfLoss(sparseCategoricalCrossentropyLoss(config), config);
}

function meanOfLoss(loss: Loss, config: Required<MetricOptions>): Metric {
  return meanOf(loss.className, 'down', config, loss.call);
}
