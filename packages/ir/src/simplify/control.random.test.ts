import { expect, test } from '@jest/globals';
import { type RandomSource, randomSource } from '@manabi/testing';
import { vjpGraph } from '../autodiff/reverse.ts';
import type { Graph } from '../graph/graph.ts';
import { inputTypes, outputTypes } from '../graph/parts.ts';
import { interpret } from '../interpret.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { isFloat } from '../types/dtype.ts';
import { type HostArray, hostArray } from '../types/host-array.ts';
import { equalTypes, sizeOf, type TensorType } from '../types/shape.ts';
import { verifyGraph } from '../verify.ts';
import { simplify } from './index.ts';
import { randomGraph } from './random-graph.fixture.ts';

const LENGTH = 3;

/**
 * Returns a scan whose body is a random graph. Inputs become carries if an output has the same type; all other inputs
 * become xs or constants.
 */
function randomScan(source: RandomSource): Graph {
  const body = randomGraph(source, 10).graph;
  const results = outputTypes(body);
  const roles = inputTypes(body).map((type) => {
    const next = results.findIndex((result) => equalTypes(result, type));
    const choice = source.next();
    if (next >= 0 && choice < 0.7) return { role: 'carry' as const, next };
    return { role: choice < 0.85 ? ('slice' as const) : ('constant' as const), next };
  });
  const order = ['carry', 'slice', 'constant'].flatMap((role) =>
    roles.flatMap((each, input) => (each.role === role ? [input] : [])),
  );
  const carries = order.filter((input) => roles[input].role === 'carry');
  const xs = order.filter((input) => roles[input].role === 'slice').length;
  const inner = graphBuilder();
  const given: number[] = [];
  for (const input of order) given[input] = inner.input(body.types[input]);
  const results_ = inner.inline(body, given);
  const reordered = inner.finish([...carries.map((input) => results_[roles[input].next]), ...results_]);

  const b = graphBuilder();
  const operands = order.map((input): number => {
    const { dtype, shape } = body.types[input];
    return b.input({ dtype, shape: roles[input].role === 'slice' ? [LENGTH, ...shape] : shape });
  });
  const attributes = { body: reordered, carries: carries.length, xs, length: LENGTH, reverse: source.next() < 0.5 };
  return b.finish(b.scan(operands, attributes));
}

function drawn(source: RandomSource, { shape }: TensorType): HostArray {
  return hostArray('float64', shape, source.float64Array(sizeOf(shape), -1, 1));
}

function expectSame(graph: Graph, inputs: readonly HostArray[], seed: number): void {
  verifyGraph(graph);
  const simple = simplify(graph, { final: true });
  verifyGraph(simple);
  const expected = interpret(graph, inputs);
  interpret(simple, inputs).forEach((array, output) => {
    array.data.forEach((value, i) => {
      const wanted = expected[output].data[i];
      // Skips graphs whose values become so large that their rounding errors hide differences.
      if (!Number.isFinite(wanted) || Math.abs(wanted) > 1e6) return;
      const close = Object.is(value, wanted) || Math.abs(value - wanted) <= 1e-7 * (1 + Math.abs(wanted));
      expect({ seed, output, element: i, value, wanted, close }).toMatchObject({ close: true });
    });
  });
}

test('simplify does not change the results or derivatives of scans with random bodies', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const source = randomSource(seed);
    const graph = randomScan(source);
    const inputs = inputTypes(graph).map((type) => drawn(source, type));
    expectSame(graph, inputs, seed);
    if (!outputTypes(graph).some(({ dtype }) => isFloat(dtype))) continue;
    const backward = vjpGraph(graph, { wrt: inputs.map((_, i) => i) });
    const cotangents = inputTypes(backward).slice(graph.inputCount);
    expectSame(backward, [...inputs, ...cotangents.map((type) => drawn(source, type))], seed);
  }
});
