import { afterAll, describe, expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/errors';
import { assertArraysClose, finiteDifferenceGradient, randomSource } from '@manabi/testing';
import { vjpGraph } from '../autodiff/reverse.ts';
import type { Graph, OpName } from '../graph/graph.ts';
import { inputTypes, outputTypes } from '../graph/parts.ts';
import { interpretReference } from '../interpret.ts';
import { isFloat } from '../types/dtype.ts';
import { opNames } from './index.ts';
import type { ReferenceArray } from './reference.ts';
import { fillReference, toReference } from './reference-array.ts';
import { type Exemption, exemptions, type Sample } from './sample.ts';
import { sampleGraph, sampleInputs } from './sample-data.ts';
import { samples } from './samples-table.ts';
import { vjps } from './vjp-table.ts';

/** Number of samples that are not compared with finite differences, by reason and operator. */
const exempted = new Map<Exemption, Map<OpName, number>>();

describe('first and second derivatives', () => {
  for (const op of opNames) describeGradients(op);
});

afterAll(() => {
  const lines = [...exempted].map(([reason, counts]) => {
    const operators = [...counts].map(([op, count]) => `${op} (${count})`);
    return `  ${reason}: ${exemptions[reason]}\n    ${operators.join(', ')}`;
  });
  process.stdout.write(`\nSamples exempt from the comparison with finite differences:\n${lines.join('\n')}\n`);
});

function describeGradients<K extends OpName>(op: K): void {
  const cases: readonly Sample<K>[] = samples[op];
  const withFloats = cases.filter((sample) => isDifferentiable(sampleGraph(op, sample)) && hasNoHalf(sample));
  if (withFloats.length === 0) return;
  if ('reason' in vjps[op]) {
    test(`of ${op} throw notDifferentiable`, () => {
      expect(() => check(op, withFloats[0])).toThrow(expect.objectContaining({ code: 'notDifferentiable' }));
    });
    return;
  }
  const judged = withFloats.filter(({ exempt }) => exempt === undefined);
  if (judged.length > 0) test.each(judged)(`of ${op} match finite differences: $name`, (sample) => check(op, sample));
  const exempt = withFloats.filter(({ exempt }) => exempt !== undefined);
  if (exempt.length === 0) return;
  test(`of ${op}: the reason of every sample that is exempt from the comparison applies to it`, () => {
    const wrong = exempt.flatMap((sample) => {
      const reason = sample.exempt ?? 'special';
      const counts = exempted.get(reason) ?? new Map<OpName, number>();
      exempted.set(reason, counts.set(op, (counts.get(op) ?? 0) + 1));
      return isExempt[reason](op, sample) ? [] : [`${sample.name}: ${reason}`];
    });
    expect(wrong).toEqual([]);
  });
}

/** For each reason not to compare a sample: a function that checks whether the reason applies to the sample. */
const isExempt: { readonly [R in Exemption]: <K extends OpName>(op: K, sample: Sample<K>) => boolean } = {
  special: (op, sample) => {
    const inputs = sampleInputs(sample).map(toReference);
    const arrays = [...inputs, ...interpretReference(sampleGraph(op, sample), inputs)];
    return arrays.some(({ data }) => data.some((value) => !Number.isFinite(value)));
  },
  steps: fails,
  ties: fails,
  stopped: fails,
  none: (op, sample) => {
    try {
      vjpGraph(sampleGraph(op, sample), { wrt: floatInputs(sampleGraph(op, sample)) });
      return false;
    } catch (error) {
      return error instanceof ManabiError && error.code === 'notDifferentiable';
    }
  },
};

/**
 * Returns true if the derivative of a sample differs from finite differences; if it does not, the sample need not be
 * exempt.
 */
function fails<K extends OpName>(op: K, sample: Sample<K>): boolean {
  try {
    check(op, sample);
    return false;
  } catch {
    return true;
  }
}

function check<K extends OpName>(op: K, sample: Sample<K>): void {
  const graph = sampleGraph(op, sample);
  const inputs = sampleInputs(sample).map(toReference);
  checkDerivative(graph, inputs, 1e-6);

  // The graph of the derivative takes the inputs and the cotangents. Differentiating this graph checks the second
  // derivative.
  const backward = vjpGraph(graph, { wrt: floatInputs(graph) });
  checkDerivative(backward, [...inputs, ...cotangentsOf(graph, 1)], 1e-5);
}

/**
 * Compares the derivative of a graph with finite differences in float64. All inputs are changed together, in two random
 * directions.
 */
function checkDerivative(graph: Graph, inputs: readonly ReferenceArray[], tolerance: number): void {
  const wrt = floatInputs(graph);
  const cotangents = cotangentsOf(graph, 2);
  const slopes = interpretReference(vjpGraph(graph, { wrt }), [...inputs, ...cotangents]).slice(graph.outputs.length);
  for (const seed of [3, 4]) {
    const random = randomSource(seed);
    const directions = wrt.map((input) => random.float64Array(inputs[input].data.length));
    const along = ([step]: Float64Array): number => {
      const moved = [...inputs];
      wrt.forEach((input, k) => {
        moved[input] = fillReference(inputs[input], (i) => inputs[input].data[i] + step * directions[k][i]);
      });
      const results = interpretReference(graph, moved).filter(({ dtype }) => isFloat(dtype));
      return inner(
        results,
        cotangents.map(({ data }) => data),
      );
    };
    const expected = finiteDifferenceGradient(along, [0]);
    assertArraysClose([inner(slopes, directions)], expected, { rtol: tolerance, atol: tolerance }, 'slopes');
  }
}

/** Float16 results are rounded, so differences are steps. The rules are the same for all float dtypes. */
function hasNoHalf<K extends OpName>({ operands }: Sample<K>): boolean {
  return operands.every(({ dtype }) => dtype !== 'float16');
}

function isDifferentiable(graph: Graph): boolean {
  return floatInputs(graph).length > 0 && outputTypes(graph).some(({ dtype }) => isFloat(dtype));
}

function floatInputs(graph: Graph): readonly number[] {
  return inputTypes(graph).flatMap(({ dtype }, input) => (isFloat(dtype) ? [input] : []));
}

function cotangentsOf(graph: Graph, seed: number): readonly ReferenceArray[] {
  const random = randomSource(seed);
  const floats = outputTypes(graph).filter(({ dtype }) => isFloat(dtype));
  return floats.map((type) => fillReference(type, () => random.uniform(-1, 1)));
}

function inner(arrays: readonly ReferenceArray[], weights: readonly ArrayLike<number>[]): number {
  let sum = 0;
  arrays.forEach(({ data }, k) => {
    for (let i = 0; i < data.length; i++) sum += data[i] * weights[k][i];
  });
  return sum;
}
