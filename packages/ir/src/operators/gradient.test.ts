import { describe, test } from '@jest/globals';
import { assertArraysClose, finiteDifferenceGradient, randomSource } from '@manabi/testing';
import { vjpGraph } from '../autodiff/reverse.ts';
import { isFloat } from '../dtype.ts';
import { type Graph, inputTypes, outputTypes } from '../graph.ts';
import { interpretReference } from '../interpret.ts';
import type { OpName } from './attributes.ts';
import { opNames } from './index.ts';
import type { ReferenceArray } from './reference.ts';
import { fillReference, toReference } from './reference-array.ts';
import type { Sample } from './sample.ts';
import { sampleGraph, sampleInputs } from './sample-data.ts';
import { samples } from './samples-table.ts';
import { vjps } from './vjp-table.ts';

describe('first and second derivatives agree with central differences', () => {
  for (const op of opNames) describeGradients(op);
});

function describeGradients<K extends OpName>(op: K): void {
  const cases: readonly Sample<K>[] = samples[op];
  const smooth = cases.filter((sample) => sample.smooth !== false && isDifferentiable(sampleGraph(op, sample)));
  if ('reason' in vjps[op] || smooth.length === 0) return;
  test.each(smooth)(`${op}: $name`, (sample) => {
    const graph = sampleGraph(op, sample);
    const inputs = sampleInputs(sample).map(toReference);
    checkDerivative(graph, inputs, 1e-6);

    // The derivative is a graph of the inputs and of cotangents; its own derivative is the second of the operator.
    const backward = vjpGraph(graph, { wrt: floatInputs(graph) });
    checkDerivative(backward, [...inputs, ...cotangentsOf(graph, 1)], 1e-5);
  });
}

/** Holds the derivative of a graph against finite differences, in float64 and along two directions of all inputs. */
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
