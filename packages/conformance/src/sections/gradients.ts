import { ManabiError } from '@manabi/ir';
import type { Case, Group, Refusal, Section } from '../matrix.ts';
import { derivativeOf, isDifferentiable } from './differentiate.ts';
import { sampleSection } from './samples.ts';

const product = 'mode mul: the other factors of a place are not known';

/** Operators and composites with cases that have no derivative on any backend, and why. */
const withoutDerivative: ReadonlyMap<string, string> = new Map([
  ['scatterElements', product],
  ['scatterND', product],
  ['while', 'without maxTrips: the number of turns is known only after the run'],
]);

/** The first derivative of every sample of float32. */
export const gradientSection: Section = {
  name: 'gradients',
  groups: sampleSection.groups.map((group) => differentiated(group, derivativeOf)),
};

/** The second derivative of every sample of float32. */
export const secondGradientSection: Section = {
  name: 'second',
  groups: sampleSection.groups.map((group) => differentiated(group, (one) => derivativeOf(derivativeOf(one)))),
};

/** A group with the derivatives of its cases; those without floats on both sides are left out. */
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
        .filter((one) => isOfFloat32(one) && isDifferentiable(one))
        .map(derivative),
  };
}

function isOfFloat32({ graph }: Case): boolean {
  return graph.types.every(({ dtype }) => dtype !== 'float64');
}
