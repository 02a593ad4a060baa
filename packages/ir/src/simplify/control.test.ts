import { describe, expect, test } from '@jest/globals';
import { assertArraysClose, randomSource } from '@manabi/testing';
import { vjpGraph } from '../autodiff/reverse.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { inputTypes } from '../graph/parts.ts';
import { interpretReference } from '../interpret.ts';
import { graphOf, typed } from '../operators/control/bodies.ts';
import type { ReferenceArray } from '../operators/reference.ts';
import { fillReference, storedArray, toReference } from '../operators/reference-array.ts';
import type { Sample } from '../operators/sample.ts';
import { sampleGraph, sampleInputs } from '../operators/sample-data.ts';
import { samples } from '../operators/samples-table.ts';
import { isFloat } from '../types/dtype.ts';
import { verifyGraph } from '../verify.ts';
import { simplify } from './index.ts';

function expectSame(graph: Graph, inputs: readonly ReferenceArray[]): Graph {
  const simple = simplify(graph, { final: true });
  verifyGraph(simple);
  const expected = interpretReference(graph, inputs);
  interpretReference(simple, inputs).forEach(({ data }, i) => {
    assertArraysClose(data, expected[i].data, { rtol: 1e-10, atol: 1e-10 }, `output ${i}`);
  });
  return simple;
}

/**
 * Differentiates a graph with respect to all of its float inputs. Returns the derivative as a graph, and inputs for
 * that graph.
 */
function derivative(graph: Graph, inputs: readonly ReferenceArray[]): { graph: Graph; inputs: ReferenceArray[] } {
  const wrt = inputTypes(graph).flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
  const backward = vjpGraph(graph, { wrt });
  verifyGraph(backward);
  const random = randomSource(7);
  const cotangents = inputTypes(backward)
    .slice(graph.inputCount)
    .map((type) => storedArray(fillReference(type, () => random.uniform(-1, 1))));
  return { graph: backward, inputs: [...inputs, ...cotangents] };
}

describe('simplify does not change the results or derivatives of loops and branches', () => {
  const describeSamples = <K extends 'cond' | 'scan' | 'while'>(op: K, cases: readonly Sample<K>[]): void => {
    test.each(cases)(`${op}: $name`, (sample) => {
      const graph = sampleGraph(op, sample);
      const inputs = sampleInputs(sample).map(toReference);
      expectSame(graph, inputs);
      if (sample.exempt !== undefined) return;
      const first = derivative(graph, inputs);
      expectSame(first.graph, first.inputs);
      const second = derivative(first.graph, first.inputs);
      expectSame(second.graph, second.inputs);
    });
  };
  describeSamples('cond', samples.cond);
  describeSamples('scan', samples.scan);
  describeSamples('while', samples.while);
});

/** Returns the names of a graph's operators in order; a scan is represented by the list of operators in its body. */
function operatorsOf(graph: Graph): readonly unknown[] {
  return graph.nodes
    .filter(({ op }) => op !== 'constant')
    .map((node) => (node.op === 'scan' ? { scan: operatorsOf(node.attributes.body) } : node.op));
}

/**
 * Returns a graph of a scan with a carry of shape [2, 4], xs of shape [5, 2, 3], and constants of shapes [3, 4] and [4,
 * 4], which are weights for the xs and for the carry.
 */
function projecting(write: (b: GraphBuilder, inputs: readonly Value[]) => readonly Value[]): Graph {
  const body = graphOf([typed([2, 4]), typed([2, 3]), typed([3, 4]), typed([4, 4])], write);
  return graphOf([typed([2, 4]), typed([5, 2, 3]), typed([3, 4]), typed([4, 4])], (b, operands) =>
    b.scan(operands, { body, carries: 1, xs: 1, length: 5, reverse: false }),
  );
}

describe('simplify of a scan', () => {
  const times = (b: GraphBuilder, x: Value, w: Value) => b.dot(x, w, [], [[1, 0]]);
  const shown = (graph: Graph) => operatorsOf(simplify(graph));

  test('replaces products of each slice and a constant by one product before the scan', () => {
    const graph = projecting((b, [h, x, w]) => [b.tanh(b.add(h, times(b, b.exp(x), w)))]);
    expect(shown(graph)).toEqual(['exp', 'dot', { scan: ['add', 'tanh'] }]);
  });

  test('moves operators on constants before the scan, except layout operators', () => {
    const graph = projecting((b, [h, , , u]) => [b.tanh(times(b, h, b.transpose(b.exp(u), [1, 0])))]);
    expect(shown(graph)).toEqual(['exp', { scan: ['dot', 'tanh'] }]);
    const spread = projecting((b, [h, , , u]) => [
      b.mul(h, b.expand(b.exp(b.slice(u, [0, 0], [1, 4], [1, 1])), [2, 4], [0, 1])),
    ]);
    expect(shown(spread)).toEqual(['slice', 'exp', { scan: ['expand', 'mul'] }]);
  });

  test('replaces products that only the ys need by one product after the scan', () => {
    const graph = projecting((b, [h, , , u]) => {
      const next = b.tanh(h);
      return [next, b.exp(times(b, next, u))];
    });
    expect(shown(graph)).toEqual([{ scan: ['tanh'] }, 'dot', 'exp']);
  });

  test('replaces a carry that sums products by one product after the scan', () => {
    const body = graphOf([typed([3, 4]), typed([4]), typed([2, 4]), typed([2, 3]), typed([2, 4])], (b, inputs) => {
      const [weights, bias, h, x, y] = inputs;
      const next = b.tanh(b.add(h, y));
      const product = b.dot(x, next, [], [[0, 0]]);
      return [b.add(weights, product), b.add(bias, b.reduceSum(next, [0])), next];
    });
    const graph = graphOf(
      [typed([3, 4]), typed([4]), typed([2, 4]), typed([5, 2, 3]), typed([5, 2, 4])],
      (b, operands) => b.scan(operands, { body, carries: 3, xs: 2, length: 5, reverse: false }),
    );
    expect(shown(graph)).toEqual([{ scan: ['add', 'tanh'] }, 'dot', 'add', 'reduceSum', 'add']);
  });

  test('removes unused results with the nodes that compute them, and carries that never change', () => {
    const body = graphOf([typed([2]), typed([2]), typed([2]), typed([2])], (b, [kept, sum, other, x]) => [
      kept,
      b.add(sum, b.mul(x, kept)),
      b.exp(other),
      b.sin(other),
      kept,
      x,
    ]);
    const graph = graphOf([typed([2]), typed([2]), typed([2]), typed([5, 2])], (b, operands) => {
      const results = b.scan(operands, { body, carries: 3, xs: 1, length: 5, reverse: false });
      return [results[0], results[1], results[4], results[5]];
    });
    const simple = simplify(graph);
    expect(operatorsOf(simple)).toEqual([{ scan: ['mul', 'add'] }, 'expand']);
    expect(simple.outputs[0]).toBe(0);
    expect(simple.outputs[3]).toBe(3);
  });

  test('converts xs with equal slices to a constant, and moves constants of equal elements into the body', () => {
    const graph = projecting((b, [h, x]) => [b.add(h, b.pad(x, b.constant(-0, 'float32'), [0, 0], [0, 1], [0, 0]))]);
    const repeated = graphOf([typed([2, 4]), typed([2, 3])], (b, [h, x]) =>
      b.inline(graph, [
        h,
        b.expand(x, [5, 2, 3], [1, 2]),
        b.constant(0, 'float32', [3, 4]),
        b.constant(0, 'float32', [4, 4]),
      ]),
    );
    expect(shown(repeated)).toEqual(['pad', { scan: ['add'] }]);
    // Adding 0 converts -0 to 0 and cannot be removed; adding -0 changes nothing.
    const zeros = graphOf([typed([2, 4])], (b, [h]) =>
      b.inline(graph, [
        h,
        ...[
          [5, 2, 3],
          [3, 4],
          [4, 4],
        ].map((shape) => b.constant(-0, 'float32', shape)),
      ]),
    );
    expect(simplify(zeros)).toMatchObject({ nodes: [], outputs: [0] });
  });
});

test('simplify removes unused operands and results of a cond, and inlines a graph if the condition is constant', () => {
  const pair = [typed([2]), typed([2])];
  const thenBranch = graphOf(pair, (b, [x, y]) => [b.exp(x), b.sin(y)]);
  const elseBranch = graphOf(pair, (b, [x, y]) => [b.neg(x), y]);
  const first = graphOf([typed([], 'bool'), ...pair], (b, [condition, x, y]) =>
    b.cond(condition, [x, y], thenBranch, elseBranch).slice(0, 1),
  );
  const [node] = simplify(first).nodes;
  expect(node).toMatchObject({ op: 'cond', operands: [0, 1] });
  const known = graphOf(pair, (b, operands) => b.cond(b.constant(0, 'bool'), operands, thenBranch, elseBranch));
  expect(operatorsOf(simplify(known))).toEqual(['neg']);
});
