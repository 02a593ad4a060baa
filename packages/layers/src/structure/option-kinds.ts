import { count, integer, type Kind, listOf, nullable, oneOrMany } from '@manabi/errors';
import type { PartialShape } from './nested.ts';

/** Validator for shapes, with null for unknown lengths. */
export const partialShape: Kind<PartialShape> = listOf(nullable(count));

/**
 * Validator for the height or width of an image. It is limited, since layers such as resizing process positions one by
 * one.
 */
export const imageLength: Kind<number> = integer({ min: 1, max: 65536 });

/**
 * Validator for the length of a window. It is limited, since average pooling counts the positions within the image for
 * each window at the edges.
 */
export const windowLength: Kind<number> = integer({ min: 1, max: 2 ** 20 });

/** Validator for random seeds; null stands for no seed. */
export const seedKind: Kind<number | null> = nullable(count);

/** Validator for axis indices; negative indices count from the end. */
export const axisKind: Kind<number> = integer();

/** Validator for one axis, or a list of axes. */
export const axesKind: Kind<number | readonly number[]> = oneOrMany(axisKind);
