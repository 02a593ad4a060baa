import type { Case, Section } from '../matrix.ts';
import { derivativeOf, isDifferentiable } from './differentiate.ts';
import { randomCase } from './random-graph.ts';

/** Number of operators in a graph, and number of graphs of this size. */
const SIZES: readonly (readonly [nodes: number, graphs: number])[] = [
  [4, 80],
  [10, 80],
  [25, 40],
  [60, 12],
];

/** Section of the test matrix with the values of seeded random graphs. */
export const randomSection: Section = { name: 'values', groups: groupsOf((one) => one) };

/** Section of the test matrix with the derivatives of seeded random graphs. */
export const randomGradientSection: Section = {
  name: 'gradients',
  groups: groupsOf((one) => (isDifferentiable(one) ? derivativeOf(one) : one)),
};

function groupsOf(change: (one: Case) => Case): Section['groups'] {
  return SIZES.map(([nodes, graphs]) => ({
    name: `${nodes} operators`,
    family: `${nodes} operators`,
    cases: () => Array.from({ length: graphs }, (_, seed) => change(randomCase(1000 * nodes + seed, nodes))),
  }));
}
