import {
  add,
  argmax,
  astype,
  broadcastTo,
  div,
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
import { checkedBy } from '../check-options.ts';
import { positiveInteger } from '../layers/options.ts';
import { EPSILON } from '../losses/epsilon.ts';
import { weightsDoNotFit } from '../losses/reduction.ts';
import { describe, type Metric, type MetricOptions } from './metric.ts';

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

/**
 * How much labels and predictions of classes overlap: true positives over what is labelled or predicted as the class,
 * mean over some classes (those that occur).
 */
export function iou(given: IoUOptions): Metric {
  const { name = 'iou', targetClassIds, ...options } = given;
  const settled = settle(options, true);
  return checkedBy(given, overlap('IoU', name, { ...settled, targetClassIds }, { ...settled, targetClassIds }));
}

/** As `iou`, for labels 0 and 1 and predictions from 0 to 1. */
export function binaryIoU(options: BinaryIoUOptions = {}): Metric {
  const { name = 'binaryIoU', targetClassIds = [0, 1], threshold = 0.5, dtype = 'int32' } = options;
  const settled = settle({ numClasses: 2, dtype }, true);
  const config = { targetClassIds, threshold, dtype };
  const metric = overlap('BinaryIoU', name, { ...settled, targetClassIds }, config);
  return checkedBy(options, {
    ...metric,
    update: (state, yTrue, yPred, sampleWeight) =>
      metric.update(state, yTrue, astype(greaterEqual(yPred, threshold), 'int32'), sampleWeight),
  });
}

/** As `iou`, mean over all classes. */
export function meanIoU(given: MeanIoUOptions): Metric {
  const { name = 'meanIoU', ...options } = given;
  const settled = settle(options, true);
  return checkedBy(given, overlap('MeanIoU', name, { ...settled, targetClassIds: allOf(settled.numClasses) }, settled));
}

/** As `iou`, for one-hot labels and scores of classes. */
export function oneHotIoU(given: OneHotIoUOptions): Metric {
  const { name = 'oneHotIoU', targetClassIds, ...options } = given;
  const settled = settle({ ...options, sparseYTrue: false }, false);
  const { sparseYTrue: _, ...config } = settled;
  return checkedBy(given, overlap('OneHotIoU', name, { ...settled, targetClassIds }, { ...config, targetClassIds }));
}

/** As `meanIoU`, for one-hot labels and scores of classes. */
export function oneHotMeanIoU(given: OneHotMeanIoUOptions): Metric {
  const { name = 'oneHotMeanIoU', ...options } = given;
  const settled = settle({ ...options, sparseYTrue: false }, false);
  const { sparseYTrue: _, ...config } = settled;
  return checkedBy(
    given,
    overlap('OneHotMeanIoU', name, { ...settled, targetClassIds: allOf(settled.numClasses) }, config),
  );
}

type Settled = Required<Omit<MeanIoUOptions, 'name'>>;

function settle(
  { numClasses, ignoreClass = null, sparseYTrue = true, sparseYPred, axis = -1, dtype = 'int32' }: MeanIoUOptions,
  areSparse: boolean,
): Settled {
  positiveInteger('IoU', 'numClasses', numClasses);
  return { numClasses, ignoreClass, sparseYTrue, sparseYPred: sparseYPred ?? areSparse, axis, dtype };
}

const allOf = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

function overlap(
  className: string,
  name: string,
  options: Settled & { readonly targetClassIds: readonly number[] },
  config: Readonly<Record<string, unknown>>,
): Metric {
  const { numClasses, targetClassIds, dtype } = options;
  const beyond = targetClassIds.find((each) => !Number.isInteger(each) || each < 0 || each >= numClasses);
  if (beyond !== undefined || targetClassIds.length === 0) {
    throw new ManabiError(
      'argument',
      `The option targetClassIds of ${className} holds numbers from 0 to ${numClasses - 1}, not [${targetClassIds.join(', ')}].`,
      { op: className, data: { targetClassIds, numClasses } },
    );
  }
  return {
    ...describe(className, name, 'up', config),
    init: () => ({ totalConfusionMatrix: zeros([numClasses, numClasses], { dtype }) }),
    update: ({ totalConfusionMatrix }, yTrue, yPred, sampleWeight = null) => ({
      totalConfusionMatrix: add(totalConfusionMatrix, confusionMatrix(className, yTrue, yPred, sampleWeight, options)),
    }),
    result: ({ totalConfusionMatrix }) => meanOverlap(totalConfusionMatrix, targetClassIds),
  };
}

function confusionMatrix(
  className: string,
  yTrue: Tensor,
  yPred: Tensor,
  sampleWeight: Tensor | null,
  { numClasses, ignoreClass, sparseYTrue, sparseYPred, axis, dtype }: Settled,
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
  const weights = weightsFor(labels, sampleWeight, dtype);
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

function weightsFor(labels: Tensor, sampleWeight: Tensor | null, dtype: 'int32' | 'float32'): Tensor {
  const one = zeros([1], { dtype });
  if (sampleWeight === null) return broadcastTo(add(one, 1), labels.shape);
  if (dtype === 'int32' && sampleWeight.dtype.startsWith('float')) warnOfFractions();
  const flat = reshape(astype(sampleWeight, dtype), [-1]);
  if (flat.size !== 1 && flat.size !== labels.size) throw weightsDoNotFit(labels, sampleWeight);
  return broadcastTo(flat, labels.shape);
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
