import { expect } from '@jest/globals';
import { type Graph, type HostArray, hostArray, inputTypes, sizeOf } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { randomSource } from '@manabi/testing';

/** Returns random inputs of a graph, most of them negative. */
export function randomInputs(graph: Graph): readonly HostArray[] {
  const random = randomSource(1);
  return inputTypes(graph).map(({ dtype, shape }) =>
    hostArray(
      dtype,
      shape,
      random.float32Array(sizeOf(shape)).map((value) => value - 0.5),
    ),
  );
}

/** Expects a rewritten graph to compute the results of the given one for random inputs, up to an absolute error. */
export function expectSameResults(changed: Graph, given: Graph, tolerance: number): void {
  const inputs = randomInputs(given);
  const expected = interpret(given, inputs);
  for (const [i, { shape, data }] of interpret(changed, inputs).entries()) {
    expect(shape).toEqual(expected[i].shape);
    const differences = [...data].map((value, at) => Math.abs(Number(value) - Number(expected[i].data[at])));
    expect(Math.max(...differences)).toBeLessThan(tolerance);
  }
}
