import type { Graph } from '@manabi/ir';
import type { Section } from '../matrix.ts';

/** Returns the cases of a section whose graphs have inputs or results of float16. */
export const withHalves = (section: Section): Section => ({
  name: `${section.name} of float16`,
  groups: section.groups
    .map((group) => ({
      ...group,
      cases: () => group.cases().filter((one) => 'graph' in one && hasHalf(one.graph)),
    }))
    .filter(({ cases }) => cases().length > 0),
});

const hasHalf = ({ types }: Graph): boolean => types.some(({ dtype }) => dtype === 'float16');
