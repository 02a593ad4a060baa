import { ManabiError } from '@manabi/core';
import { formatPartialShape, type PartialType } from '../structure/nested.ts';

/**
 * The number of classes, or outputs, of predictions [batch, classes].
 *
 * @throws ManabiError `argument` if the types are not given; `shape` unless they have two axes
 */
export function classesOf(className: string, yTrue: PartialType | undefined, yPred: PartialType | undefined): number {
  if (yTrue === undefined || yPred === undefined) {
    throw new ManabiError(
      'argument',
      `${className} remembers a number for each class, and must be told how many there are: give init the types of ` +
        'what update will get, init(yTrue, yPred).',
      { op: className, data: { yTrue: null, yPred: null } },
    );
  }
  const shapes = [yTrue.shape, yPred.shape];
  const classes = shapes.findLast(({ length }) => length === 2)?.[1];
  if (shapes.every(({ length }) => length <= 2) && typeof classes === 'number') return classes;
  throw new ManabiError(
    'shape',
    `${className} takes labels and predictions [batch, classes], not ${shapes.map(formatPartialShape).join(' and ')}.`,
    { op: className, data: { yTrue: yTrue.shape, yPred: yPred.shape } },
  );
}
