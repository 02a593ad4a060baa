import { applyComposite, type CompositeName, composites, type Graph, graphBuilder } from '@manabi/ir';
import { materialize } from '@manabi/ir/samples';
import type { Case, Group, Section } from '../matrix.ts';
import { type CompositeSample, compositeSamples } from './composite-samples.ts';
import { derivativeOf } from './differentiate.ts';
import { differentiated } from './gradients.ts';

// `composites` has exactly the keys of its type; Object.keys returns strings.
const groups: readonly Group[] = (Object.keys(composites) as CompositeName[]).map((name) => ({
  name,
  family: 'composites',
  cases: () => casesOf(name),
}));

/** Section of the test matrix with every sample of every composite, as a graph with one call of the composite. */
export const compositeSection: Section = { name: 'samples', groups };

/** Section of the test matrix with the first derivatives of every sample of every composite. */
export const compositeGradientSection: Section = {
  name: 'gradients',
  groups: groups.map((group) => differentiated(group, derivativeOf)),
};

/** Section of the test matrix with the second derivatives of every sample of every composite. */
export const compositeSecondSection: Section = {
  name: 'second',
  groups: groups.map((group) => differentiated(group, (one) => derivativeOf(derivativeOf(one)))),
};

function casesOf<K extends CompositeName>(name: K): readonly Case[] {
  const cases: readonly CompositeSample<K>[] = compositeSamples[name];
  return cases.map((sample) => ({
    name: `${JSON.stringify(sample.config)} of [${sample.operands.map(({ shape }) => shape.join()).join('], [')}]`,
    graph: graphOf(name, sample),
    inputs: sample.operands.map((operand, i) => materialize(operand, 1000 + i)),
  }));
}

function graphOf<K extends CompositeName>(name: K, { config, operands }: CompositeSample<K>): Graph {
  const b = graphBuilder();
  const inputs = operands.map(({ dtype, shape }) => b.input({ dtype, shape }));
  return b.finish(applyComposite(b, name, inputs, config));
}
