import { describe, expect, test } from '@jest/globals';
import { type Graph, type GraphBuilder, graphBuilder, type HostArray, hostArray, type Value } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { randomSource } from '@manabi/testing';
import { judgeOf } from './judge.ts';

const x = hostArray('float32', [40], randomSource(1).float32Array(40, 0.5, 2));

function graphOf(make: (b: GraphBuilder, x: Value) => Value): Graph {
  const b = graphBuilder();
  const input = b.input(x);
  return b.finish([make(b, input)]);
}

/** Returns the correct output of a graph, except that one element is wrong by `ulps` units in the last place. */
function off(graph: Graph, ulps: number, inputs: readonly HostArray[] = [x]): readonly HostArray[] {
  const [{ dtype, shape, data }] = interpret(graph, inputs);
  const moved = data.slice();
  moved[moved.length >> 1] *= 1 + ulps * 2 ** -23;
  return [hostArray(dtype, shape, moved)];
}

function accepts(graph: Graph, ulps: number): boolean {
  return judgeOf(graph, [x], 'exact')(off(graph, ulps)) === null;
}

describe('judgeOf', () => {
  test('accepts only exact results of operators that move or select elements', () => {
    const reversed = graphOf((b, v) => b.reverse(v, [0]));
    expect([0, 1].map((ulps) => accepts(reversed, ulps))).toEqual([true, false]);
  });

  test('accepts errors of a few units in the last place in functions such as exp, but no larger ones', () => {
    const sine = graphOf((b, v) => b.sin(v));
    expect([0, 1, 3, 5].map((ulps) => accepts(sine, ulps))).toEqual([true, true, true, false]);
  });

  test('accepts the rounding errors of any order of summation, but no larger errors', () => {
    const sum = graphOf((b, v) => b.reduceSum(v, [0]));
    expect([1, 4, 400].map((ulps) => accepts(sum, ulps))).toEqual([true, true, false]);
  });

  test('accepts the accumulated rounding errors of chained operators', () => {
    const smooth = graphOf((b, v) => b.tanh(b.mul(b.sin(v), v)));
    expect([1, 400].map((ulps) => accepts(smooth, ulps))).toEqual([true, false]);
    // (1000 + x) - 1000 loses ten bits.
    const cancelled = graphOf((b, v) => b.sub(b.add(v, b.full(v, 1000)), b.full(v, 1000)));
    expect([400, 400_000].map((ulps) => accepts(cancelled, ulps))).toEqual([true, false]);
  });

  test('requires results of float16 to be numbers of float16', () => {
    const b = graphBuilder();
    const input = b.input({ dtype: 'float16', shape: [1] });
    const graph = b.finish([b.reduceSum(input, [0])]);
    const judge = judgeOf(graph, [hostArray('float16', [1], Float32Array.of(5))], 'exact');
    const outputs = [5, 5.00390625, 5.0001].map((value) => [hostArray('float16', [], Float32Array.of(value))]);
    expect(outputs.map(judge)).toEqual([null, null, 'output 0: expected numbers of float16, got 5.000100135803223']);
  });

  test('requires NaN and infinities at the right positions, unless special is bestEffort', () => {
    const logarithm = graphOf((b, v) => b.log(v));
    const special = hostArray(
      'float32',
      [40],
      Float32Array.from(x.data, (value, i) => (i === 3 ? -1 : i === 5 ? 0 : value)),
    );
    const outputs = interpret(logarithm, [special]);
    const without = [
      hostArray(
        'float32',
        [40],
        Float32Array.from(outputs[0].data, (v) => (Number.isFinite(v) ? v : 0)),
      ),
    ];
    expect(judgeOf(logarithm, [special], 'exact')(outputs)).toBeNull();
    expect(judgeOf(logarithm, [special], 'exact')(without)).toContain('2 of 40');
    expect(judgeOf(logarithm, [special], 'bestEffort')(without)).toBeNull();
  });

  test('rejects outputs whose number or shapes differ from those of the graph', () => {
    const sine = graphOf((b, v) => b.sin(v));
    const [{ data }] = interpret(sine, [x]);
    expect(judgeOf(sine, [x], 'exact')([hostArray('float32', [4, 10], data)])).toContain('float32[4, 10]');
    expect(judgeOf(sine, [x], 'exact')([])).toContain('0 outputs');
  });
});
