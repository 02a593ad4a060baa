import { expect } from '@jest/globals';
import { finiteDifferenceGradient, randomSource } from '@manabi/testing';
import { type Graph, inputTypes } from '../graph.ts';
import { type HostArray, hostArray } from '../host-array.ts';
import { interpret } from '../interpret.ts';
import { sizeOf } from '../shape.ts';
import { verifyGraph } from '../verify.ts';
import { vjpGraph } from './reverse.ts';

/** How a gradient is judged. */
export interface GradientExpectation {
  /** Inputs to differentiate by; all float64 ones if left out. */
  readonly wrt?: readonly number[];
  /** 2 differentiates the gradient once more, by the cotangents too. 2 if left out. */
  readonly order?: 1 | 2;
}

/**
 * Expects the gradient of a graph of float64 to be what central differences say, for a random weighting of its outputs.
 * For tests alone.
 */
export function expectGradient(
  graph: Graph,
  inputs: readonly HostArray[],
  { wrt = floatInputs(graph), order = 2 }: GradientExpectation = {},
): void {
  const backward = vjpGraph(graph, { wrt });
  verifyGraph(backward);
  const source = randomSource(7);
  const cotangents = inputTypes(backward)
    .slice(graph.inputCount)
    .map(({ dtype, shape }) => hostArray(dtype, shape, source.float64Array(sizeOf(shape))));
  const gradients = interpret(backward, [...inputs, ...cotangents]).slice(graph.outputs.length);
  wrt.forEach((position, i) => {
    const weighted = (x: Float64Array): number => {
      const changed = inputs.map((input, at) => (at === position ? hostArray(input.dtype, input.shape, x) : input));
      const floats = interpret(graph, changed).filter(({ dtype }) => dtype === 'float64');
      const weight = (value: number, output: number, element: number): number =>
        value * cotangents[output].data[element];
      return floats
        .flatMap(({ data }, output) => Array.from(data, (value, element) => weight(value, output, element)))
        .reduce((sum, part) => sum + part, 0);
    };
    const expected = finiteDifferenceGradient(weighted, inputs[position].data);
    const given = Float64Array.from(gradients[i].data);
    const scale = 1 + Math.max(0, ...expected.map(Math.abs));
    const worst = Math.max(0, ...expected.map((value, e) => Math.abs(value - given[e]) / scale));
    expect({ input: position, expected, given, isClose: worst < 2e-7 }).toMatchObject({ isClose: true });
  });
  if (order === 2) expectGradient(backward, [...inputs, ...cotangents], { order: 1 });
}

function floatInputs(graph: Graph): number[] {
  return inputTypes(graph).flatMap(({ dtype }, i) => (dtype === 'float64' ? [i] : []));
}
