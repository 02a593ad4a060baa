import { type DType, graphBuilder, type HostArray, type OpName, opNames, sizeOf, type Value } from '@manabi/ir';
import { materialize, type Sample, samples } from '@manabi/ir/samples';
import type { Case, Section } from '../matrix.ts';
import { afters, befores } from './arrangements.ts';
import { familyOf } from './family.ts';

/**
 * Section of the test matrix with every operator between layout operators: each operand and each result is transposed,
 * strided, repeated, and so on. The compiler then fuses them into loops with all kinds of index maps.
 */
export const fusedSection: Section = {
  name: 'fused',
  groups: opNames.map((op) => ({ name: op, family: familyOf(op), cases: () => fusedCases(op) })),
};

/**
 * Returns the cases of an operator: with all layout operators for the first dtype, and with a third of them for each
 * other dtype.
 */
function fusedCases<K extends OpName>(op: K): readonly Case[] {
  return typicalSamples(op).flatMap((sample, i) =>
    befores.flatMap((_, rotation) => (i === 0 || rotation % 3 === i % 3 ? [fuse(op, sample, rotation)] : [])),
  );
}

/** Returns the sample with the most elements, at most 250, for each dtype of the first operand. */
function typicalSamples<K extends OpName>(op: K): readonly Sample<K>[] {
  const typical = new Map<DType, Sample<K>>();
  const cases: readonly Sample<K>[] = samples[op];
  for (const sample of cases) {
    const [operand] = sample.operands;
    if (operand === undefined || sizesOf(sample) > 250 || sample.exempt === 'special') continue;
    const known = typical.get(operand.dtype);
    if (known === undefined || sizesOf(sample) > sizesOf(known)) typical.set(operand.dtype, sample);
  }
  return [...typical.values()];
}

function sizesOf<K extends OpName>({ operands }: Sample<K>): number {
  return operands.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** Positions of operands to which no layout operator is applied, because their values are indices. */
const unchanged: { readonly [K in OpName]?: number } = { maxUnpool: 1 };

/**
 * Builds a graph that applies layout operators to the operands and results of an operator; `rotation` selects them. If
 * `rotation` is even, the graph also outputs the results themselves.
 */
function fuse<K extends OpName>(op: K, sample: Sample<K>, rotation: number): Case {
  const b = graphBuilder();
  const plans = sample.operands.map((operand, i) => {
    const before = befores[(rotation + 3 * i) % befores.length];
    const from = i === unchanged[op] ? null : before.from(operand.shape);
    const shape = from ?? operand.shape;
    const data: HostArray = materialize({ ...operand, shape }, 100 * rotation + i);
    return { before: from === null ? null : before, shape: operand.shape, data, input: b.input(data) };
  });
  const operands = plans.map(({ before, shape, input }) => before?.arrange(b, input, shape) ?? input);
  const results = b.emit(op, operands, sample.attributes);
  const after = afters[(rotation * 3) % afters.length];
  const outputs: Value[] = results.map((result, i) => afters[(rotation * 3 + i) % afters.length].arrange(b, result));
  return {
    name: `${sample.name}, ${plans.map(({ before }) => before?.name ?? 'unchanged').join(' and ')}; then ${after.name}`,
    graph: b.finish(rotation % 2 === 0 ? [...outputs, ...results] : outputs),
    inputs: plans.map(({ data }) => data),
  };
}
