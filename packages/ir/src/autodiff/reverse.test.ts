import { describe, expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/errors';
import { finiteDifferenceGradient, randomSource } from '@manabi/testing';
import { applyComposite } from '../composites/index.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { printGraph } from '../graph/print.ts';
import { interpret } from '../interpret.ts';
import { graphOf, typed } from '../operators/control/bodies.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { simplify } from '../simplify/index.ts';
import { inlineCheckpoints } from '../simplify/inline.ts';
import { randomGraph } from '../simplify/random-graph.fixture.ts';
import { type HostArray, hostArray } from '../types/host-array.ts';
import type { TensorType } from '../types/shape.ts';
import { verifyGraph } from '../verify.ts';
import { gradientGap } from './gradient-check.fixture.ts';
import { gradGraph, vjpGraph } from './reverse.ts';

const vector: TensorType = { dtype: 'float64', shape: [3] };

function numbers(...values: number[]): HostArray {
  return hostArray('float64', [values.length], Float64Array.from(values));
}

function values(graph: Graph, ...inputs: HostArray[]): number[][] {
  verifyGraph(graph);
  return interpret(graph, inputs).map(({ data }) => Array.from(data));
}

function thrown(run: () => unknown): ManabiError {
  try {
    run();
  } catch (error) {
    if (error instanceof ManabiError) return error;
    throw error;
  }
  throw new Error('Expected an error.');
}

const sumOfSquares = graphOf([vector], (b, [x]) => [b.reduceSum(b.mul(x, x), [0])]);

describe('gradGraph', () => {
  test('returns the outputs, then the gradient of the first output', () => {
    expect(values(gradGraph(sumOfSquares, { wrt: [0] }), numbers(1, 2, 3))).toEqual([[14], [2, 4, 6]]);
  });

  test('passes further outputs through', () => {
    const graph = graphOf([vector], (b, [x]) => [b.reduceSum(b.mul(x, x), [0]), b.argMax(x, 0), b.exp(x)]);
    const [loss, index, , gradient] = values(gradGraph(graph, { wrt: [0] }), numbers(1, 3, 2));
    expect([loss, index, gradient]).toEqual([[14], [1], [2, 6, 4]]);
  });

  test('differentiates its own result for a second derivative', () => {
    // The gradient of Σ x⁴ is 4 x³, and the gradient of Σ 4 x³ is 12 x².
    const fourth = graphOf([vector], (b, [x]) => [b.reduceSum(b.mul(b.mul(x, x), b.mul(x, x)), [0])]);
    const first = gradGraph(fourth, { wrt: [0] });
    const total = graphOf([vector], (b, [x]) => [b.reduceSum(b.inline(first, [x])[1], [0])]);
    expect(values(gradGraph(total, { wrt: [0] }), numbers(1, 2, 3))[1]).toEqual([12, 48, 108]);
  });

  test('returns zeros for an unused input', () => {
    const graph = graphOf([vector, vector], (b, [x]) => [b.reduceSum(x, [0])]);
    expect(values(gradGraph(graph, { wrt: [1] }), numbers(1, 2, 3), numbers(1, 2, 3))[1]).toEqual([0, 0, 0]);
  });

  test('returns one for an input that is the output', () => {
    const graph = graphOf([{ dtype: 'float64', shape: [] }], (_b, [x]) => [x]);
    expect(values(gradGraph(graph, { wrt: [0] }), hostArray('float64', [], Float64Array.of(5)))).toEqual([[5], [1]]);
  });

  test.each([
    ['a graph without outputs', graphOf([vector], () => []), [0], 'argument'],
    ['a graph whose first output has several elements', graphOf([vector], (b, [x]) => [b.exp(x)]), [0], 'shape'],
    ['a graph whose first output is an integer', graphOf([vector], (b, [x]) => [b.argMax(x, 0)]), [0], 'dtype'],
    ['the index of a missing input in `wrt`', sumOfSquares, [1], 'argument'],
    [
      'the index of an integer input in `wrt`',
      graphOf([{ dtype: 'int32', shape: [] }], (b, [x]) => [b.cast(x, 'float32')]),
      [0],
      'dtype',
    ],
  ] as const)('rejects %s', (_what, graph, wrt, code) => {
    expect(thrown(() => gradGraph(graph, { wrt })).code).toBe(code);
  });
});

describe('vjpGraph', () => {
  test('takes a cotangent for each float output, and none for an integer output', () => {
    const graph = graphOf([vector], (b, [x]) => [b.exp(x), b.argMax(x, 0), b.neg(x)]);
    const backward = vjpGraph(graph, { wrt: [0] });
    expect(backward.inputCount).toBe(3);
    const [, , , gradient] = values(backward, numbers(0, 0, 0), numbers(1, 2, 3), numbers(10, 20, 30));
    expect(gradient).toEqual([-9, -18, -27]);
  });

  test('sums the cotangents of a value in the order of its uses', () => {
    const graph = graphOf([vector], (b, [x]) => [b.add(b.mul(b.sin(x), b.cos(x)), x), x]);
    expect(printGraph(vjpGraph(graph, { wrt: [0] }))).toBe(
      `
graph(%0: float64[3], %1: float64[3], %2: float64[3]) {
  %3: float64[3] = sin %0
  %4: float64[3] = cos %0
  %5: float64[3] = mul %3, %4
  %6: float64[3] = add %5, %0
  %7: float64[3] = mul %1, %4
  %8: float64[3] = mul %1, %3
  %9: float64[3] = sin %0
  %10: float64[3] = mul %8, %9
  %11: float64[3] = neg %10
  %12: float64[3] = cos %0
  %13: float64[3] = mul %7, %12
  %14: float64[3] = add %13, %11
  %15: float64[3] = add %14, %1
  %16: float64[3] = add %15, %2
  return %6, %0, %16
}`.trim(),
    );
  });

  test('differentiates only nodes between the inputs in `wrt` and the outputs', () => {
    const graph = graphOf([vector, vector], (b, [x, y]) => [b.mul(b.exp(x), b.sin(y))]);
    const ops = vjpGraph(graph, { wrt: [1] }).nodes.map(({ op }) => op);
    expect(ops).toEqual(['exp', 'sin', 'mul', 'mul', 'cos', 'mul']);
  });

  test('propagates no gradient through stopGradient and casts to integers', () => {
    const graph = graphOf([vector], (b, [x]) => [
      b.add(b.mul(x, b.stopGradient(b.exp(x))), b.cast(b.cast(x, 'int32'), 'float64')),
    ]);
    expect(values(vjpGraph(graph, { wrt: [0] }), numbers(0, 0, 0), numbers(1, 2, 3))[1]).toEqual([1, 2, 3]);
  });

  test('computes the same derivatives of random graphs as finite differences', () => {
    for (let seed = 1; seed <= 25; seed++) {
      const { graph, inputs } = smoothGraph(seed);
      expect(gradientGap(graph, inputs, finiteDifferenceGradient)).toBeLessThan(2e-7);
    }
  });

  test('computes the same derivatives of a random graph before and after simplification', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const { graph, inputs } = randomGraph(randomSource(seed), 12);
      const wrt = [0, 1, 3];
      const backward = vjpGraph(graph, { wrt });
      const cotangents = backward.types
        .slice(inputs.length, backward.inputCount)
        .map(({ shape }) => hostArray('float64', shape, new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(0.5)));
      const expected = values(backward, ...inputs, ...cotangents).flat();
      const given = values(simplify(vjpGraph(simplify(graph), { wrt })), ...inputs, ...cotangents).flat();
      given.forEach((value, i) => {
        if (Number.isFinite(expected[i]))
          expect(Math.abs(value - expected[i])).toBeLessThan(1e-8 * (1 + Math.abs(expected[i])));
      });
    }
  });
});

/** Returns a random graph of smooth operators, in which some values are used several times. */
function smoothGraph(seed: number): { readonly graph: Graph; readonly inputs: readonly HostArray[] } {
  const b = graphBuilder();
  const [x, y] = [b.input({ dtype: 'float64', shape: [2, 3] }), b.input({ dtype: 'float64', shape: [3, 2] })];
  const steps = [
    (v: Value) => b.tanh(v),
    (v: Value) => b.mul(v, b.sigmoid(v)),
    (v: Value) => b.dot(v, b.dot(y, v, [], [[1, 0]]), [], [[1, 0]]),
    (v: Value) => b.add(v, b.transpose(b.sin(y), [1, 0])),
    (v: Value) => applyComposite(b, 'softmax', [v], { axis: 1 })[0],
    (v: Value) => applyComposite(b, 'layerNorm', [v], { axes: [1], epsilon: 0.3 })[0],
    (v: Value) => b.expand(b.reduceSum(b.mul(v, x), [1]), [2, 3], [0]),
    (v: Value) => b.slice(b.concat([v, x], 1), [0, 1], [2, 6], [1, 2]),
    (v: Value) => b.cumSum(v, 1, seed % 2 === 0, false),
  ];
  let value = x;
  for (let i = 0; i < 5; i++) value = steps[(seed * 7 + i * i * 3 + i * seed) % steps.length](value);
  const inputs = [
    hostArray('float64', [2, 3], Float64Array.from([0.3, -0.7, 1.1, 0.2, 0.9, -0.4])),
    hostArray('float64', [3, 2], Float64Array.from([0.5, -0.2, 0.8, 0.1, -0.6, 0.4])),
  ];
  return { graph: b.finish([value]), inputs };
}

describe('vjpGraph of operators without a gradient', () => {
  const scatterProduct = (b: GraphBuilder, x: Value): Value =>
    b.scatterElements(x, b.constant([0], 'int32', [1]), b.constant([2], 'float64', [1]), 0, 'mul');

  test('throws notDifferentiable with the name of the operator', () => {
    const graph = graphOf([vector], (b, [x]) => [scatterProduct(b, x)]);
    const error = thrown(() => vjpGraph(graph, { wrt: [0] }));
    expect([error.code, error.op]).toEqual(['notDifferentiable', 'scatterElements']);
  });

  test('accepts an operator without a gradient if no cotangent reaches it', () => {
    const beside = graphOf([vector, vector], (b, [x, y]) => [b.mul(x, scatterProduct(b, y))]);
    expect(() => vjpGraph(beside, { wrt: [0] })).not.toThrow();
    const behind = graphOf([vector], (b, [x]) => [b.mul(x, b.stopGradient(scatterProduct(b, x)))]);
    expect(() => vjpGraph(behind, { wrt: [0] })).not.toThrow();
    const unused = graphOf([vector], (b, [x]) => [b.reduceSum(x, [0]), scatterProduct(b, x)]);
    expect(() => gradGraph(unused, { wrt: [0] })).not.toThrow();
  });
});

describe('vjpGraph of calls', () => {
  test('inlines and differentiates the body of a call that has no gradient graph', () => {
    const graph = graphOf([vector], (b, [x]) => applyComposite(b, 'rsqrt', [x], {}));
    expect(vjpGraph(graph, { wrt: [0] }).nodes.some(({ op }) => op === 'call')).toBe(false);
    expect(gradientGap(graph, [numbers(0.25, 0.5, 2)], finiteDifferenceGradient)).toBeLessThan(2e-7);
  });

  test('does not inline a call that does not depend on the inputs in `wrt`', () => {
    const graph = graphOf([vector, vector], (b, [x, y]) => [b.mul(x, applyComposite(b, 'silu', [y], {})[0])]);
    expect(vjpGraph(graph, { wrt: [0] }).nodes.some(({ op }) => op === 'call')).toBe(true);
  });

  test('applies the gradient graph of a call instead of differentiating its body', () => {
    const body = graphOf([vector], (b, [x]) => [b.round(x)]);
    const straightThrough = graphOf([vector, vector, vector], (_b, [, , g]) => [g]);
    const graph = graphOf([vector], (b, [x]) =>
      b.emit('call', [b.mul(x, x)], { name: 'f', config: {}, body, vjp: straightThrough, checkpoint: false }),
    );
    expect(values(vjpGraph(graph, { wrt: [0] }), numbers(1.2, 2, 3), numbers(1, 1, 1))[1]).toEqual([2.4, 4, 6]);
  });
});

describe('vjpGraph of checkpoints', () => {
  const body = graphOf([vector, vector, { dtype: 'int32', shape: [3] }], (b, [x, y, n]) => [
    b.mul(b.sin(x), b.exp(y)),
    n,
    b.mul(x, b.cast(n, 'float64')),
  ]);
  const call = { name: 'block', config: {}, body, vjp: null, checkpoint: true };
  const graph = graphOf([vector, vector], (b, [x, y]) => {
    const [first, , third] = b.emit('call', [x, b.tanh(y), b.constant([1, 2, 3], 'int32', [3])], call);
    return [b.mul(first, third)];
  });
  const inputs = [numbers(0.3, -0.5, 1), numbers(0.1, 0.2, -0.7)];

  test('keeps a checkpoint as a call and adds a second checkpoint for the backward pass', () => {
    const names = vjpGraph(graph, { wrt: [0, 1] }).nodes.flatMap((node) =>
      node.op === 'call' ? [[node.attributes.name, node.attributes.checkpoint, node.results.length]] : [],
    );
    expect(names).toEqual([
      ['block', true, 3],
      ['checkpoint', true, 2],
    ]);
  });

  test('computes intermediate values of a checkpoint twice, even after simplify', () => {
    const backward = inlineCheckpoints(simplify(vjpGraph(graph, { wrt: [0, 1] })));
    verifyGraph(backward);
    expect(backward.nodes.filter(({ op }) => op === 'sin').length).toBe(2);
    expect(simplify(backward).nodes.filter(({ op }) => op === 'sin').length).toBe(1);
  });

  test('computes first and second derivatives of a checkpoint that match finite differences', () => {
    expect(gradientGap(graph, inputs, finiteDifferenceGradient)).toBeLessThan(2e-7);
  });

  test('computes cotangents only of the operands that depend on the inputs in `wrt`', () => {
    const backward = vjpGraph(graph, { wrt: [1] });
    const last = backward.nodes.filter(({ op }) => op === 'call')[1];
    expect(last.results).toHaveLength(1);
    verifyGraph(backward);
  });
});

describe('gradGraph of loops', () => {
  const one = typed([]);
  const below = graphOf([one], (b, [x]) => [b.less(x, b.constant(100, 'float32'))]);
  const doubled = graphOf([one], (b, [x]) => [b.add(x, x)]);
  const looped = (maxTrips: number | null, wrap: (b: GraphBuilder, x: Value) => Value): Graph =>
    graphOf([one], (b, [x]) => {
      const [last] = b.while([x], { test: below, body: doubled, carries: 1, maxTrips });
      return [b.mul(wrap(b, last), x)];
    });

  test('differentiates a while loop that has maxTrips', () => {
    const backward = gradGraph(
      looped(10, (_, x) => x),
      { wrt: [0] },
    );
    const [, slope] = interpret(backward, [hostArray('float32', [], Float32Array.of(3))]);
    // 3 is doubled six times until it exceeds 100, so the function is 64 x².
    expect(slope.data[0]).toBe(2 * 64 * 3);
  });

  test('throws notDifferentiable for a while loop without maxTrips, unless stopGradient wraps its result', () => {
    expect(() =>
      gradGraph(
        looped(null, (_, x) => x),
        { wrt: [0] },
      ),
    ).toThrow(
      expect.objectContaining({
        code: 'notDifferentiable',
        op: 'while',
        data: expect.objectContaining({ reason: expect.any(String) }),
      }),
    );
    const stopped = gradGraph(
      looped(null, (b, x) => b.stopGradient(x)),
      { wrt: [0] },
    );
    const [, slope] = interpret(stopped, [hostArray('float32', [], Float32Array.of(3))]);
    expect(slope.data[0]).toBe(192);
  });

  test('throws notDifferentiable for a while loop within a scan only if a cotangent reaches it', () => {
    const inner = graphOf([one, one], (b, [sum, x]) => {
      const [found] = b.while([x], { test: below, body: doubled, carries: 1, maxTrips: null });
      return [b.add(sum, x), found];
    });
    const scanned = (output: 0 | 1): Graph =>
      graphOf([typed([3])], (b, [xs]) => {
        const attributes = { body: inner, carries: 1, xs: 1, length: 3, reverse: false };
        const results = b.scan([b.constant(0, 'float32'), xs], attributes);
        return [output === 0 ? results[0] : b.reduceSum(results[1], [0])];
      });
    const [, slope] = interpret(gradGraph(scanned(0), { wrt: [0] }), [
      hostArray('float32', [3], Float32Array.of(1, 2, 3)),
    ]);
    expect([...slope.data]).toEqual([1, 1, 1]);
    expect(() => gradGraph(scanned(1), { wrt: [0] })).toThrow(
      expect.objectContaining({ code: 'notDifferentiable', op: 'while' }),
    );
  });
});
