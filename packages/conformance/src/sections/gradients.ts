import { ManabiError } from '@manabi/ir';
import type { Case, Group, Refusal, Section } from '../matrix.ts';
import { derivativeOf, isDifferentiable } from './differentiate.ts';
import { sampleSection } from './samples.ts';

const product = 'mode mul: the other factors of an element are unknown';

/** Operators and composites that have no derivative in some cases, with the reason. */
const withoutDerivative: ReadonlyMap<string, string> = new Map([
  ['scatterElements', product],
  ['scatterND', product],
  ['while', 'without maxTrips: the number of iterations is unknown before the run'],
]);

/**
 * Section of the test matrix with the first derivatives of every sample of every operator, except samples with float64.
 */
export const gradientSection: Section = {
  name: 'gradients',
  groups: sampleSection.groups.map((group) => differentiated(group, derivativeOf)),
};

/**
 * Section of the test matrix with the second derivatives of every sample of every operator, except samples with
 * float64.
 */
export const secondGradientSection: Section = {
  name: 'second',
  groups: sampleSection.groups.map((group) => differentiated(group, (one) => derivativeOf(derivativeOf(one)))),
};

/**
 * Returns a group with the derivatives of the cases of another group. Cases with float64, without float inputs or
 * without float outputs are omitted.
 */
export function differentiated(group: Group, derive: (one: Case) => Case): Group {
  const derivative = (one: Case): Case | Refusal => {
    try {
      return derive(one);
    } catch (error) {
      const reason = withoutDerivative.get(group.name);
      if (reason === undefined || !(error instanceof ManabiError) || error.code !== 'notDifferentiable') throw error;
      return { name: one.name, refusal: `no derivative of ${group.name}, ${reason}` };
    }
  };
  return {
    ...group,
    cases: () =>
      group
        .cases()
        .filter((one) => 'graph' in one)
        .filter((one) => hasNoFloat64(one) && isDifferentiable(one))
        .map(derivative),
  };
}

function hasNoFloat64({ graph }: Case): boolean {
  return graph.types.every(({ dtype }) => dtype !== 'float64');
}
