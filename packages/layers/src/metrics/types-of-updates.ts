import { ManabiError } from '@manabi/core';
import { formatPartialShape, type PartialType } from '../structure/nested.ts';

/**
 * Returns the length of the last axis of predictions [batch, classes]: the number of classes, or of outputs.
 *
 * @throws ManabiError `argument` if a type is missing; `shape` unless the rank is 2
 */
export function classesOf(className: string, yTrue: PartialType | undefined, yPred: PartialType | undefined): number {
  if (yTrue === undefined || yPred === undefined) {
    throw new ManabiError(
      'argument',
      `The state of ${className} depends on the number of classes. Pass the types of labels and predictions to init: ` +
        'init(yTrue, yPred).',
      { op: className, data: { yTrue: null, yPred: null } },
    );
  }
  const shapes = [yTrue.shape, yPred.shape];
  const classes = shapes.findLast(({ length }) => length === 2)?.[1];
  if (shapes.every(({ length }) => length <= 2) && typeof classes === 'number') return classes;
  throw new ManabiError(
    'shape',
    `${className} requires labels and predictions of shape [batch, classes]; got ${shapes.map(formatPartialShape).join(' and ')}.`,
    { op: className, data: { yTrue: yTrue.shape, yPred: yPred.shape } },
  );
}
