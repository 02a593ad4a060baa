import { fewerCases } from './fewer-cases.ts';
import type { Section } from './matrix.ts';

/** Whether slow sections of the matrix run whole; see `npm run nightly -- matrix`. */
export const runsWholeMatrix = process.env.MANABI_MATRIX === 'all';

/** Returns a section with at most `most` evenly spaced cases of each group, or all cases if `MANABI_MATRIX` is `all`. */
export const fewerByDay = (section: Section, most: number): Section =>
  runsWholeMatrix ? section : fewerCases(section, most);
