import { type Kind, listOf, wrongArgument } from '@manabi/errors';
import type { OneOrMany, PartialShape } from './nested.ts';
import { partialShape } from './option-kinds.ts';

const shapeList = listOf(partialShape);

/**
 * Validator for the argument of `build`: one shape, or a list of shapes. A list that contains no list is one shape.
 */
export const shapesKind: Kind<OneOrMany<PartialShape>> = {
  expected: 'a shape such as [null, 28, 28], or a list of shapes',
  accepts: Array.isArray,
  read: (given, place) => {
    if (!Array.isArray(given)) throw wrongArgument(place, shapesKind.expected, given);
    return given.some(Array.isArray) ? shapeList.read(given, place) : partialShape.read(given, place);
  },
};
