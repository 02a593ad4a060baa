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

/** What all intersections over unions take. */
interface CountOptions extends MetricOptions {
  /** dtype of the counts; by default int32, with which weights lose their fractions, as in Keras. */
  readonly dtype?: 'int32' | 'float32';
}

interface ClassOptions extends CountOptions {
  /** Number of classes; what is none of them does not count. */
  readonly numClasses: number;
  /** Labels of this class do not count; by default there is none. */
  readonly ignoreClass?: number | null;
  /** Whether predictions are numbers of classes; by default they are for `iou` and `meanIoU`, else scores. */
  readonly sparseYPred?: boolean;
  /** The axis of scores; by default the last. */
  readonly axis?: number;
}

/** What `oneHotMeanIoU` takes. */
export type OneHotMeanIoUOptions = ClassOptions;

/** What `oneHotIoU` takes. */
export interface OneHotIoUOptions extends ClassOptions {
  /** The classes whose mean is taken. */
  readonly targetClassIds: readonly number[];
}

/** What `meanIoU` takes. */
export interface MeanIoUOptions extends ClassOptions {
  /** Whether labels are numbers of classes, as by default, and not one-hot. */
  readonly sparseYTrue?: boolean;
}

/** What `iou` takes. */
export interface IoUOptions extends MeanIoUOptions {
  /** The classes whose mean is taken. */
  readonly targetClassIds: readonly number[];
}

/** What `binaryIoU` takes. */
export interface BinaryIoUOptions extends CountOptions {
  /** The classes whose mean is taken; by default both. */
  readonly targetClassIds?: readonly number[];
  /** From where on a prediction is class 1; by default 0.5. */
  readonly threshold?: number;
}

/** Of more classes, the matrix of confusions would not fit into memory. */
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
 * How much labels and predictions of classes overlap: true positives over what is labelled or predicted as the class,
 * mean over some classes (those that occur).
 *
 * @throws ManabiError `argument` for options that do not fit
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

/** As `iou`, for labels 0 and 1 and predictions from 0 to 1. */
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

/** As `iou`, mean over all classes. */
export function meanIoU(options: MeanIoUOptions): Metric {
  const config = readOptions('meanIoU', options, meanKinds());
  return overlap('MeanIoU', config, { ...config, targetClassIds: allOf(config.numClasses) });
}

/** As `iou`, for one-hot labels and scores of classes. */
export function oneHotIoU(options: OneHotIoUOptions): Metric {
  const kinds = {
    ...classKinds('oneHotIoU', false),
    targetClassIds: targetsKind,
  } satisfies KindsOf<OneHotIoUOptions>;
  const config = readOptions('oneHotIoU', options, kinds);
  checkTargets('oneHotIoU', config);
  return overlap('OneHotIoU', config, { ...config, sparseYTrue: false });
}

/** As `meanIoU`, for one-hot labels and scores of classes. */
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

/** How classes are counted. */
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
      `There are ${labels.size} labels for ${predicted.size} predictions: yTrue has shape [${yTrue.shape.join(', ')}], ` +
        `yPred [${yPred.shape.join(', ')}].`,
      { op: className, data: { yTrue: yTrue.shape, yPred: yPred.shape } },
    );
  }
  const weights = weightsFor(labels, sampleWeight, yTrue.shape.at(0) ?? 0, dtype);
  const within = logicalAnd(isWithin(labels, numClasses), isWithin(predicted, numClasses));
  const counts = ignoreClass === null ? within : logicalAnd(within, notEqual(labels, ignoreClass));
  const place = where(counts, add(mul(labels, numClasses), predicted), 0);
  const cells = zeros([numClasses * numClasses], { dtype });
  const filled = scatterND(cells, reshape(place, [-1, 1]), where(counts, weights, 0), { mode: 'add' });
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
  // One for each sample counts for all its labels.
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
    'Intersections over unions count in int32, as in Keras, so that float weights lose their fractions. If they have ' +
      "some, give the metric dtype: 'float32'.",
  );
}

/** Mean over the classes that occur. */
function meanOverlap(matrix: Tensor, targets: readonly number[]): Tensor {
  const both = sum(mul(matrix, eye(matrix.shape[0], matrix.shape[0], { dtype: matrix.dtype })), 0);
  const either = sub(add(sum(matrix, 0), sum(matrix, 1)), both);
  const [found, all] = [both, either].map((x) => take(astype(x, 'float32'), [...targets], 0));
  const occurs = astype(greater(all, 1e-9), 'float32');
  return div(sum(mul(div(found, add(all, EPSILON)), occurs)), add(sum(occurs), EPSILON));
}
