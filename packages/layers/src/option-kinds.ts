import { count, integer, type Kind, listOf, nullable, oneOrMany } from '@manabi/errors';
import type { PartialShape } from './nested.ts';

/** Shapes in which lengths that are not known are null. */
export const partialShape: Kind<PartialShape> = listOf(nullable(count));

/** Seeds of random numbers; null for none. */
export const seedKind: Kind<number | null> = nullable(count);

/** Positions of an axis; negative ones count from the last. */
export const axisKind: Kind<number> = integer();

/** One axis, or several. */
export const axesKind: Kind<number | readonly number[]> = oneOrMany(axisKind);
