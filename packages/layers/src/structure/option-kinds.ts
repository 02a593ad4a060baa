import { count, integer, type Kind, listOf, nullable, oneOrMany } from '@manabi/errors';
import type { PartialShape } from './nested.ts';

/** Accepts shapes with null for unknown lengths. */
export const partialShape: Kind<PartialShape> = listOf(nullable(count));

/** Accepts image lengths. They are limited, since layers such as resizing process positions one by one. */
export const imageLength: Kind<number> = integer({ min: 1, max: 65536 });

/**
 * Accepts window lengths. They are limited, since average pooling counts the positions within the image for each window
 * at the edges.
 */
export const windowLength: Kind<number> = integer({ min: 1, max: 2 ** 20 });

/** Accepts random seeds; null for none. */
export const seedKind: Kind<number | null> = nullable(count);

/** Accepts axis indices; negative ones count from the end. */
export const axisKind: Kind<number> = integer();

/** Accepts one axis, or several. */
export const axesKind: Kind<number | readonly number[]> = oneOrMany(axisKind);
