import { describe, expect, test } from '@jest/globals';
import { vjpGraph } from '../../autodiff/reverse.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { interpret } from '../../interpret.ts';
import { hostArray } from '../../types/host-array.ts';
import { graphBuilder } from '../graph-builder.ts';

const vector = (values: readonly number[]) => hostArray('float64', [values.length], Float64Array.from(values));

/** Returns the gradients with respect to each operand of the sum of a result. */
function gradients(operands: readonly (readonly number[])[], build: (b: GraphBuilder, x: readonly Value[]) => Value) {
  return run(vjpGraph(graphOf(operands, build), { wrt: operands.map((_, i) => i) }), operands, 1).slice(1);
}

/** Returns the gradients with respect to each operand of the sum of a result and all of its first gradients. */
function secondGradients(
  operands: readonly (readonly number[])[],
  build: (b: GraphBuilder, x: readonly Value[]) => Value,
) {
  const wrt = operands.map((_, i) => i);
  const twice = vjpGraph(vjpGraph(graphOf(operands, build), { wrt }), { wrt });
  return run(twice, operands, 2 + operands.length).slice(1 + operands.length);
}

function graphOf(
  operands: readonly (readonly number[])[],
  build: (b: GraphBuilder, x: readonly Value[]) => Value,
): Graph {
  const b = graphBuilder();
  const inputs = operands.map(({ length }) => b.input({ dtype: 'float64', shape: [length] }));
  return b.finish([build(b, inputs)]);
}

function run(graph: Graph, operands: readonly (readonly number[])[], cotangents: number): readonly number[][] {
  const ones = Array.from({ length: cotangents }, () => operands[0].map(() => 1));
  return interpret(graph, [...operands, ...ones].map(vector)).map(({ data }) => [...data]);
}

describe('elementwise gradients', () => {
  test('max and min assign half of the cotangent to each of two equal operands', () => {
    const max = gradients(
      [
        [1, 3, 2],
        [2, 3, 1],
      ],
      (b, [x, y]) => b.max(x, y),
    );
    expect(max).toEqual([
      [0, 0.5, 1],
      [1, 0.5, 0],
    ]);
    const min = gradients(
      [
        [1, 3, 2],
        [2, 3, 1],
      ],
      (b, [x, y]) => b.min(x, y),
    );
    expect(min).toEqual([
      [1, 0.5, 0],
      [0, 0.5, 1],
    ]);
  });

  test('abs has derivative 0 at 0', () => {
    expect(gradients([[-2, 0, 2]], (b, [x]) => b.abs(x))).toEqual([[-1, 0, 1]]);
  });

  test('floor, ceil, round, sign and stopGradient have gradient 0', () => {
    for (const op of ['sign', 'floor', 'ceil', 'round', 'stopGradient'] as const) {
      expect(gradients([[-1.2, 0.5]], (b, [x]) => b[op](x))).toEqual([[0, 0]]);
    }
  });

  test('cast returns a cotangent in the dtype of its operand', () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape: [2] });
    const backward = vjpGraph(b.finish([b.cast(x, 'float64')]), { wrt: [0] });
    const [, gradient] = interpret(backward, [hostArray('float32', [2], Float32Array.of(1, 2)), vector([0.1, 3])]);
    expect(gradient).toEqual(hostArray('float32', [2], Float32Array.of(0.1, 3)));
  });

  test('cast to an integer dtype has gradient 0', () => {
    const through = gradients([[1.5, 2.5]], (b, [x]) => b.mul(x, b.cast(b.cast(x, 'int32'), 'float64')));
    expect(through).toEqual([[1, 2]]);
  });
});

describe('elementwise gradients at singular points', () => {
  test('the gradients of pow are finite at base 0 and exponent 0', () => {
    const [base, exponent] = gradients(
      [
        [0, 0, 2, 0],
        [2, 0, 0, 1],
      ],
      (b, [x, y]) => b.pow(x, y),
    );
    expect(base).toEqual([0, 0, 0, 1]);
    expect(exponent).toEqual([0, 0, Math.log(2), 0]);
  });

  test('the gradient of pow by a negative base is correct for an integer exponent', () => {
    const [base] = gradients(
      [
        [-2, -2],
        [3, 2],
      ],
      (b, [x, y]) => b.pow(x, y),
    );
    expect(base).toEqual([12, -4]);
  });

  test('the second derivative of pow by its base is finite at base 0', () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'float64', shape: [3] });
    const graph = b.finish([b.pow(x, b.constant([2, 1, 3], 'float64', [3]))]);
    const twice = vjpGraph(vjpGraph(graph, { wrt: [0] }), { wrt: [0] });
    // The four inputs are: the operand, the cotangent of the result, and for the second derivative the cotangents of
    // the result (0) and of the first derivative (1).
    const results = interpret(
      twice,
      [
        [0, 0, 0],
        [1, 1, 1],
        [0, 0, 0],
        [1, 1, 1],
      ].map(vector),
    );
    expect([...results[2].data]).toEqual([2, 0, 0]);
  });

  test('all second derivatives of pow are finite at base 0 and exponent 0', () => {
    const second = secondGradients(
      [
        [0, 2, 0],
        [0, 0, 2],
      ],
      (b, [x, y]) => b.pow(x, y),
    );
    for (const gradient of second) expect(gradient.every(Number.isFinite)).toBe(true);
  });

  test('the gradient of select is finite although the gradient of an unselected element is infinite', () => {
    const logOrZero = (b: GraphBuilder, [x]: readonly Value[]) => {
      const positive = b.less(b.full(x, 0), x);
      return b.select(positive, b.log(b.select(positive, x, b.full(x, 1))), b.full(x, 0));
    };
    expect(gradients([[-1, 0, 2]], logOrZero)).toEqual([[0, 0, 0.5]]);
    for (const second of secondGradients([[-1, 0, 2]], logOrZero)) expect(second.every(Number.isFinite)).toBe(true);
  });
});

test('the gradient of rem by the divisor is minus the truncated quotient', () => {
  const [dividend, divisor] = gradients(
    [
      [5.5, -5.5, 0.3],
      [2, 2, 0.1],
    ],
    (b, [x, y]) => b.rem(x, y),
  );
  expect(dividend).toEqual([1, 1, 1]);
  // In float64, 0.3 / 0.1 is rounded up to 3, but the exact quotient of the two numbers is slightly below 3.
  expect(divisor).toEqual([-2, 2, -2]);
});
