import { count, integer, type Kind, listOf, nullable, oneOrMany } from '@manabi/errors';
import type { PartialShape } from './nested.ts';

/** Shapes in which lengths that are not known are null. */
export const partialShape: Kind<PartialShape> = listOf(nullable(count));

/** Lengths of axes of images that are computed position by position, such as those that are resized. */
export const imageLength: Kind<number> = integer({ min: 1, max: 65536 });

/** Lengths of windows: averages at the edges count the positions of each. */
export const windowLength: Kind<number> = integer({ min: 1, max: 2 ** 20 });

/** Seeds of random numbers; null for none. */
export const seedKind: Kind<number | null> = nullable(count);

/** Positions of an axis; negative ones count from the last. */
export const axisKind: Kind<number> = integer();

/** One axis, or several. */
export const axesKind: Kind<number | readonly number[]> = oneOrMany(axisKind);
