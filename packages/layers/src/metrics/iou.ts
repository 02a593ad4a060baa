import {
  add,
  argmax,
  astype,
  broadcastTo,
  div,
  expandDims,
  eye,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  ManabiError,
  mul,
  notEqual,
  reshape,
  scatterND,
  sub,
  sum,
  type Tensor,
  take,
  where,
  zeros,
} from '@manabi/core';
import {
  boolean,
  count,
  integer,
  type KindsOf,
  listOf,
  nullable,
  number,
  type OptionValues,
  oneOf,
  optional,
  readOptions,
  wrongArgument,
} from '@manabi/errors';
import { EPSILON } from '../losses/epsilon.ts';
import { weightsDoNotFit } from '../losses/reduction.ts';
import { axisKind } from '../structure/option-kinds.ts';
import { describe, type Metric, type MetricOptions, metricKinds } from './metric.ts';

/** Options of all intersection over union metrics. */
interface CountOptions extends MetricOptions {
  /** Dtype of the confusion matrix (default: `int32`). As in Keras, int32 truncates fractional weights. */
  readonly dtype?: 'int32' | 'float32';
}

interface ClassOptions extends CountOptions {
  /** Number of classes; labels and predictions outside [0, numClasses) do not count. */
  readonly numClasses: number;
  /** Label whose positions do not count (default: null, no label). */
  readonly ignoreClass?: number | null;
  /** Whether predictions are class indices rather than scores (default: true for `iou` and `meanIoU`, otherwise false). */
  readonly sparseYPred?: boolean;
  /** Axis of the classes in scores and one-hot labels (default: -1, the last). */
  readonly axis?: number;
}

/** Options of `oneHotMeanIoU`. */
export type OneHotMeanIoUOptions = ClassOptions;

/** Options of `oneHotIoU`. */
export interface OneHotIoUOptions extends ClassOptions {
  /** Indices of the classes whose intersection over union is averaged. */
  readonly targetClassIds: readonly number[];
}

/** Options of `meanIoU`. */
export interface MeanIoUOptions extends ClassOptions {
  /** Whether labels are class indices rather than one-hot (default: true). */
  readonly sparseYTrue?: boolean;
}

/** Options of `iou`. */
export interface IoUOptions extends MeanIoUOptions {
  /** Indices of the classes whose intersection over union is averaged. */
  readonly targetClassIds: readonly number[];
}

/** Options of `binaryIoU`. */
export interface BinaryIoUOptions extends CountOptions {
  /** Indices of the classes whose intersection over union is averaged (default: [0, 1]). */
  readonly targetClassIds?: readonly number[];
  /** Lowest prediction that counts as class 1 (default: 0.5). */
  readonly threshold?: number;
}

/** Maximum number of classes; the confusion matrix of more classes would not fit into memory. */
const MOST_CLASSES = 2 ** 15;

const targetsKind = listOf(count, { min: 1 });
const dtypeKind = optional(oneOf('int32', 'float32'), 'int32');

/* @__NO_SIDE_EFFECTS__ */
function classKinds(defaultName: string, areSparse: boolean) {
  return metricKinds(defaultName, {
    numClasses: integer({ min: 1, max: MOST_CLASSES }),
    ignoreClass: optional(nullable(integer()), null),
    sparseYPred: optional(boolean, areSparse),
    axis: optional(axisKind, -1),
    dtype: dtypeKind,
  }) satisfies KindsOf<ClassOptions>;
}

/* @__NO_SIDE_EFFECTS__ */
function meanKinds() {
  return { ...classKinds('meanIoU', true), sparseYTrue: optional(boolean, true) } satisfies KindsOf<MeanIoUOptions>;
}

/**
 * Creates a metric of the intersection over union (IoU) of labels and predictions, averaged over some classes. Classes
 * that never occur are skipped.
 *
 * `IoU = TP / (TP + FP + FN)` for each class.
 *
 * Source: P. Jaccard, "The Distribution of the Flora in the Alpine Zone", 1912.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.iou({ numClasses: 2, targetClassIds: [1] });
 * const state = metric.update(metric.init(), tensor([0, 1, 1]), tensor([0, 1, 0]));
 * console.log(await metric.result(state).item()); // 0.5
 * ```
 */
export function iou(options: IoUOptions): Metric {
  const kinds = {
    ...classKinds('iou', true),
    sparseYTrue: optional(boolean, true),
    targetClassIds: targetsKind,
  } satisfies KindsOf<IoUOptions>;
  const config = readOptions('iou', options, kinds);
  checkTargets('iou', config);
  return overlap('IoU', config, config);
}

const binaryKinds = metricKinds('binaryIoU', {
  targetClassIds: optional(targetsKind, [0, 1]),
  threshold: optional(number(), 0.5),
  dtype: dtypeKind,
}) satisfies KindsOf<BinaryIoUOptions>;

/**
 * Creates a metric of the intersection over union of labels 0 and 1 and predictions from 0 to 1.
 *
 * `IoU = TP / (TP + FP + FN)` for each class; see `iou`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.binaryIoU();
 * const state = metric.update(metric.init(), tensor([0, 1, 1]), tensor([0.2, 0.8, 0.4]));
 * console.log(await metric.result(state).item()); // 0.5
 * ```
 */
export function binaryIoU(options: BinaryIoUOptions = {}): Metric {
  const config = readOptions('binaryIoU', options, binaryKinds);
  const counting = { ...config, numClasses: 2, ignoreClass: null, sparseYTrue: true, sparseYPred: true, axis: -1 };
  checkTargets('binaryIoU', counting);
  const metric = overlap('BinaryIoU', config, counting);
  return {
    ...metric,
    update: (state, yTrue, yPred, sampleWeight) =>
      metric.update(state, yTrue, astype(greaterEqual(yPred, config.threshold), 'int32'), sampleWeight),
  };
}

/**
 * Creates a metric of the intersection over union of labels and predictions, averaged over all classes.
 *
 * `IoU = TP / (TP + FP + FN)` for each class; see `iou`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.meanIoU({ numClasses: 2 });
 * const state = metric.update(metric.init(), tensor([0, 1, 1]), tensor([0, 1, 0]));
 * console.log(await metric.result(state).item()); // 0.5
 * ```
 */
export function meanIoU(options: MeanIoUOptions): Metric {
  const config = readOptions('meanIoU', options, meanKinds());
  return overlap('MeanIoU', config, { ...config, targetClassIds: allOf(config.numClasses) });
}

/**
 * Creates a metric of the intersection over union of one-hot labels and class scores, averaged over some classes.
 *
 * `IoU = TP / (TP + FP + FN)` for each class; see `iou`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.oneHotIoU({ numClasses: 2, targetClassIds: [1] });
 * const state = metric.update(metric.init(), tensor([[1, 0], [0, 1]]), tensor([[0.4, 0.6], [0.3, 0.7]]));
 * console.log(await metric.result(state).item()); // 0.5
 * ```
 */
export function oneHotIoU(options: OneHotIoUOptions): Metric {
  const kinds = {
    ...classKinds('oneHotIoU', false),
    targetClassIds: targetsKind,
  } satisfies KindsOf<OneHotIoUOptions>;
  const config = readOptions('oneHotIoU', options, kinds);
  checkTargets('oneHotIoU', config);
  return overlap('OneHotIoU', config, { ...config, sparseYTrue: false });
}

/**
 * Creates a metric of the intersection over union of one-hot labels and class scores, averaged over all classes.
 *
 * `IoU = TP / (TP + FP + FN)` for each class; see `iou`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.oneHotMeanIoU({ numClasses: 2 });
 * const state = metric.update(metric.init(), tensor([[1, 0], [0, 1]]), tensor([[0.4, 0.6], [0.3, 0.7]]));
 * console.log(await metric.result(state).item()); // 0.25
 * ```
 */
export function oneHotMeanIoU(options: OneHotMeanIoUOptions): Metric {
  const config = readOptions('oneHotMeanIoU', options, classKinds('oneHotMeanIoU', false));
  return overlap('OneHotMeanIoU', config, {
    ...config,
    sparseYTrue: false,
    targetClassIds: allOf(config.numClasses),
  });
}

function checkTargets(
  op: string,
  { targetClassIds, numClasses }: Pick<Counting, 'targetClassIds' | 'numClasses'>,
): void {
  const beyond = targetClassIds.findIndex((id) => id >= numClasses);
  if (beyond < 0) return;
  const expected = `less than the number of classes, ${numClasses}`;
  throw wrongArgument({ op, name: `targetClassIds[${beyond}]` }, expected, targetClassIds[beyond]);
}

const allOf = (classes: number): number[] => Array.from({ length: classes }, (_, i) => i);

/** Options that determine how the confusion matrix counts labels and predictions. */
type Counting = Omit<OptionValues<ReturnType<typeof meanKinds>>, 'name'> & {
  readonly targetClassIds: readonly number[];
};

function overlap(className: string, config: Required<MetricOptions>, counting: Counting): Metric {
  const { numClasses, targetClassIds, dtype } = counting;
  return {
    ...describe(className, 'up', config),
    init: () => ({ totalConfusionMatrix: zeros([numClasses, numClasses], { dtype }) }),
    update: ({ totalConfusionMatrix }, yTrue, yPred, sampleWeight = null) => ({
      totalConfusionMatrix: add(totalConfusionMatrix, confusionMatrix(className, yTrue, yPred, sampleWeight, counting)),
    }),
    result: ({ totalConfusionMatrix }) => meanOverlap(totalConfusionMatrix, targetClassIds),
  };
}

function confusionMatrix(
  className: string,
  yTrue: Tensor,
  yPred: Tensor,
  sampleWeight: Tensor | null,
  { numClasses, ignoreClass, sparseYTrue, sparseYPred, axis, dtype }: Counting,
): Tensor {
  const labels = classesIn(yTrue, sparseYTrue, axis);
  const predicted = classesIn(yPred, sparseYPred, axis);
  if (labels.size !== predicted.size) {
    throw new ManabiError(
      'shape',
      `\`yTrue\` and \`yPred\` must contain the same number of class indices; got ${labels.size} labels for ${predicted.size} predictions: ` +
        `yTrue [${yTrue.shape.join(', ')}], yPred [${yPred.shape.join(', ')}].`,
      { op: className, data: { yTrue: yTrue.shape, yPred: yPred.shape } },
    );
  }
  const weights = weightsFor(labels, sampleWeight, yTrue.shape.at(0) ?? 0, dtype);
  const within = logicalAnd(isWithin(labels, numClasses), isWithin(predicted, numClasses));
  const counts = ignoreClass === null ? within : logicalAnd(within, notEqual(labels, ignoreClass));
  const cell = where(counts, add(mul(labels, numClasses), predicted), 0);
  const cells = zeros([numClasses * numClasses], { dtype });
  const filled = scatterND(cells, reshape(cell, [-1, 1]), where(counts, weights, 0), { mode: 'add' });
  return reshape(filled, [numClasses, numClasses]);
}

function classesIn(x: Tensor, areNumbers: boolean, axis: number): Tensor {
  return reshape(astype(areNumbers ? x : argmax(x, axis), 'int32'), [-1]);
}

const isWithin = (x: Tensor, count: number): Tensor => logicalAnd(greaterEqual(x, 0), less(x, count));

function weightsFor(labels: Tensor, sampleWeight: Tensor | null, samples: number, dtype: 'int32' | 'float32'): Tensor {
  const one = zeros([1], { dtype });
  if (sampleWeight === null) return broadcastTo(add(one, 1), labels.shape);
  if (dtype === 'int32' && sampleWeight.dtype.startsWith('float')) warnOfFractions();
  const flat = reshape(astype(sampleWeight, dtype), [-1]);
  // The weight of a sample applies to all labels of the sample.
  const perSample = flat.size === samples && samples > 0 ? labels.size / samples : 1;
  const weights = reshape(broadcastTo(expandDims(flat, -1), [flat.size, perSample]), [-1]);
  if (weights.size !== 1 && weights.size !== labels.size) throw weightsDoNotFit(labels, sampleWeight);
  return broadcastTo(weights, labels.shape);
}

let hasWarned = false;

function warnOfFractions(): void {
  if (hasWarned) return;
  hasWarned = true;
  console.warn(
    'Intersection over union metrics count in int32, as in Keras, which truncates fractional weights. Pass ' +
      "dtype: 'float32' to the metric to keep them.",
  );
}

/** Returns the intersection over union, averaged over the target classes that occur in labels or predictions. */
function meanOverlap(matrix: Tensor, targets: readonly number[]): Tensor {
  const both = sum(mul(matrix, eye(matrix.shape[0], matrix.shape[0], { dtype: matrix.dtype })), 0);
  const either = sub(add(sum(matrix, 0), sum(matrix, 1)), both);
  const [found, all] = [both, either].map((x) => take(astype(x, 'float32'), [...targets], 0));
  const occurs = astype(greater(all, 1e-9), 'float32');
  return div(sum(mul(div(found, add(all, EPSILON)), occurs)), add(sum(occurs), EPSILON));
}
