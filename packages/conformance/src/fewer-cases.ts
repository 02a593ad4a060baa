import type { Group, Section } from './matrix.ts';

/** Whether slow sections of the matrix run whole; see `npm run nightly -- matrix`. */
export const runsWholeMatrix = process.env.MANABI_MATRIX === 'all';

/** Returns a section with at most `most` evenly spaced cases of each group, or all cases if `MANABI_MATRIX` is `all`. */
export const fewerByDay = (section: Section, most: number): Section =>
  runsWholeMatrix ? section : fewerCases(section, most);

/** Returns a section with at most `most` evenly spaced cases of each group. */
export function fewerCases(section: Section, most: number): Section {
  return { ...section, groups: section.groups.map((group) => fewer(group, most)) };
}

function fewer(group: Group, most: number): Group {
  return {
    ...group,
    cases: () => {
      const cases = group.cases();
      const step = Math.max(1, cases.length / most);
      return cases.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
    },
  };
}
