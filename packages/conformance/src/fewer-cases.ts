import type { Group, Section } from './matrix.ts';

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
