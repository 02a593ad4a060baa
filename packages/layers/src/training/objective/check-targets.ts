import { isTensor, ManabiError } from '@manabi/core';
import type { Datum } from '../../data/arrays.ts';
import type { Loss } from '../../losses/loss.ts';
import { formatPartialShape, type PartialType } from '../../structure/nested.ts';

/** An output whose labels are checked: its name, type and loss. */
export interface Target {
  readonly output: string;
  readonly type: PartialType;
  readonly loss: Loss;
}

/**
 * Checks that a loss accepts the shape of the labels. For common mistakes, the error names the loss to use instead.
 *
 * @throws ManabiError `shape` if the loss does not accept the shape
 */
export function checkTargetShape(op: string, { output, type, loss }: Target, y: Datum): void {
  const labels = y.shape;
  const { shape } = type;
  const classes = shape.at(-1);
  const areNumbers = labels.length < shape.length || (labels.at(-1) === 1 && classes !== 1);
  const fail = (advice: string): never => {
    throw new ManabiError(
      'shape',
      `The labels of '${output}' have shape [${labels.join(', ')}], the output has ${formatPartialShape(shape)}. ${advice}`,
      { op, data: { output, labels, outputs: shape, loss: loss.name } },
    );
  };
  if (ONE_HOT[loss.className] === true && areNumbers && labels.length <= shape.length && classes !== 1) {
    fail(
      `${loss.name} requires one-hot labels. For integer labels, use sparseCategoricalCrossentropy, or encode them with oneHot.`,
    );
  }
  if (SPARSE[loss.className] === true && !areNumbers && labels.at(-1) === classes && classes !== 1) {
    fail(`${loss.name} requires one integer label per sample. For one-hot labels, use categoricalCrossentropy.`);
  }
  const elementwise = ELEMENTWISE[loss.className] === true;
  const ofClasses = SPARSE[loss.className] === true || ONE_HOT[loss.className] === true;
  const perSample = labels.length === 1 || (ofClasses && labels.length === 2 && [1, classes].includes(labels[1]));
  if (perSample && shape.length > 2 && (elementwise || ofClasses)) {
    fail('Add flatten() or global pooling before the last layer, or pass a label for every timestep or pixel.');
  }
  if (elementwise && labels.length === shape.length && labels.some((length, i) => i > 0 && differs(length, shape[i]))) {
    fail(
      `${loss.name} compares labels and outputs element by element. Give the last layer ${labels.at(-1)} units, or check the labels.`,
    );
  }
}

const ONE_HOT: Readonly<Record<string, boolean>> = {
  CategoricalCrossentropy: true,
  CategoricalFocalCrossentropy: true,
  CategoricalHinge: true,
};

const SPARSE: Readonly<Record<string, boolean>> = { SparseCategoricalCrossentropy: true };

const ELEMENTWISE: Readonly<Record<string, boolean>> = {
  BinaryCrossentropy: true,
  BinaryFocalCrossentropy: true,
  MeanSquaredError: true,
  MeanAbsoluteError: true,
  Huber: true,
  LogCosh: true,
};

function differs(length: number, expected: number | null): boolean {
  return expected !== null && expected !== length;
}

/** Losses that require integer labels. */
const OF_CLASSES: Readonly<Record<string, boolean>> = {
  SparseCategoricalCrossentropy: true,
  CategoricalGeneralizedCrossEntropy: true,
  CTC: true,
};

/**
 * Checks that integer labels are valid classes. Labels in host memory are checked immediately; tensors must be read
 * first.
 *
 * @returns for tensors, a promise that rejects with the error; otherwise null
 * @throws ManabiError `value`, with the first invalid label and its sample
 */
export function checkClasses(op: string, target: Target, y: Datum): Promise<void> | null {
  if (OF_CLASSES[target.loss.className] !== true) return null;
  if (isTensor(y)) return y.data().then((data) => checkEach(op, target, y.shape[0], data));
  checkEach(op, target, y.shape[0], y.data);
  return null;
}

function checkEach(op: string, { output, type, loss }: Target, samples: number, labels: ArrayLike<number>): void {
  const { axis, ignoreClass } = loss.config;
  const classes = type.shape.at(typeof axis === 'number' ? axis : -1);
  if (typeof classes !== 'number') return;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if ((label >= 0 && label < classes && Number.isInteger(label)) || label === ignoreClass) continue;
    const sample = Math.floor(i / (labels.length / samples));
    throw new ManabiError(
      'value',
      `Label ${label} in sample ${sample} is out of range for ${loss.name}: '${output}' has ${classes} classes, 0 to ` +
        `${classes - 1}. ${adviceOn(label, classes)}`,
      { op, data: { output, loss: loss.name, label, sample, classes } },
    );
  }
}

function adviceOn(label: number, classes: number): string {
  if (!Number.isInteger(label) || label < 0) return 'Labels must be non-negative integers.';
  if (classes === 1) return 'For labels 0 and 1 and a single unit, use binaryCrossentropy.';
  const units = `give the last layer ${label + 1} units.`;
  return label === classes ? `If labels count from 1, subtract 1; otherwise ${units}` : `Check the labels, or ${units}`;
}
