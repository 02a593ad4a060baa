import { count, integer, type Kind, listOf, nullable, oneOrMany } from '@manabi/errors';
import type { PartialShape } from './nested.ts';

/** Kind of shapes with null for unknown lengths. */
export const partialShape: Kind<PartialShape> = listOf(nullable(count));

/** Kind of image lengths that are processed position by position, such as in resizing. */
export const imageLength: Kind<number> = integer({ min: 1, max: 65536 });

/** Kind of window lengths; averages count the positions of each window at the edges. */
export const windowLength: Kind<number> = integer({ min: 1, max: 2 ** 20 });

/** Kind of random seeds; null for none. */
export const seedKind: Kind<number | null> = nullable(count);

/** Kind of axis indices; negative ones count from the end. */
export const axisKind: Kind<number> = integer();

/** Kind of one axis, or several. */
export const axesKind: Kind<number | readonly number[]> = oneOrMany(axisKind);
