import { type OpName, opNames } from '@manabi/ir';
import { type Sample, sampleGraph, sampleInputs, samples } from '@manabi/ir/samples';
import type { Case, Group, Section } from '../matrix.ts';
import { familyOf } from './family.ts';

/** Section of the test matrix with every sample of every operator, as a graph of one node. */
export const sampleSection: Section = { name: 'samples', groups: opNames.map(groupOf) };

function groupOf(op: OpName): Group {
  return { name: op, family: familyOf(op), cases: () => sampleCases(op) };
}

function sampleCases<K extends OpName>(op: K): readonly Case[] {
  const cases: readonly Sample<K>[] = samples[op];
  return cases.map((sample) => ({
    name: sample.name,
    graph: sampleGraph(op, sample),
    inputs: sampleInputs(sample),
  }));
}
