import { type DType, graphBuilder, type HostArray, type OpName, opNames, sizeOf, type Value } from '@manabi/ir';
import { materialize, type Sample, samples } from '@manabi/ir/samples';
import type { Case, Section } from '../matrix.ts';
import { afters, befores } from './arrangements.ts';
import { familyOf } from './family.ts';

/**
 * Operators between arrangements: each operand comes transposed, strided, repeated, …, and so goes each result, so that
 * operators meet in one loop with index maps of every kind.
 */
export const fusedSection: Section = {
  name: 'fused',
  groups: opNames.map((op) => ({ name: op, family: familyOf(op), cases: () => fusedCases(op) })),
};

/** All turns for the first dtype, a third of them, each time another, for the others. */
function fusedCases<K extends OpName>(op: K): readonly Case[] {
  return typicalSamples(op).flatMap((sample, i) =>
    befores.flatMap((_, turn) => (i === 0 || turn % 3 === i % 3 ? [fuse(op, sample, turn)] : [])),
  );
}

/** For each dtype of the first operand the sample with most elements, up to two hundred and some. */
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

/** Operands that have to fit the operator element by element: they come as they are. */
const fitting: { readonly [K in OpName]?: number } = { maxUnpool: 1 };

/** Operand i is arranged in way `turn + i`, result i goes on in way `turn + i`; the result itself is wanted every other time. */
function fuse<K extends OpName>(op: K, sample: Sample<K>, turn: number): Case {
  const b = graphBuilder();
  const plans = sample.operands.map((operand, i) => {
    const before = befores[(turn + 3 * i) % befores.length];
    const from = i === fitting[op] ? null : before.from(operand.shape);
    const shape = from ?? operand.shape;
    const data: HostArray = materialize({ ...operand, shape }, 100 * turn + i);
    return { before: from === null ? null : before, shape: operand.shape, data, input: b.input(data) };
  });
  const operands = plans.map(({ before, shape, input }) => before?.arrange(b, input, shape) ?? input);
  const results = b.emit(op, operands, sample.attributes);
  const after = afters[(turn * 3) % afters.length];
  const outputs: Value[] = results.map((result, i) => afters[(turn * 3 + i) % afters.length].arrange(b, result));
  return {
    name: `${sample.name}, ${plans.map(({ before }) => before?.name ?? 'as it is').join(' and ')}; then ${after.name}`,
    graph: b.finish(turn % 2 === 0 ? [...outputs, ...results] : outputs),
    inputs: plans.map(({ data }) => data),
  };
}
