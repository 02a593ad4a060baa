import { describe, expect, test } from '@jest/globals';
import { interpret, interpretReference } from './interpret.ts';
import { graphBuilder } from './operators/graph-builder.ts';
import { toReference } from './operators/reference-array.ts';
import { hostArray } from './types/host-array.ts';

const x = hostArray('float32', [2], Float32Array.of(1, 2));

describe('interpret', () => {
  test('runs a graph node by node', () => {
    const b = graphBuilder();
    const [a, c] = [b.input({ dtype: 'float32', shape: [2] }), b.input({ dtype: 'float32', shape: [2] })];
    const graph = b.finish([b.mul(b.add(a, c), a), a]);
    expect(interpret(graph, [x, hostArray('float32', [2], Float32Array.of(10, 20))])).toEqual([
      hostArray('float32', [2], Float32Array.of(11, 44)),
      x,
    ]);
  });

  test('computes in float64 and rounds only results to float32', () => {
    const b = graphBuilder();
    const a = b.input({ dtype: 'float32', shape: [2] });
    // In float32, 1e8 + 1 is rounded to 1e8.
    const big = b.full(a, 1e8);
    const graph = b.finish([b.sub(b.add(a, big), big)]);
    expect(interpret(graph, [x])).toEqual([x]);
  });

  test('interpretReference returns results in float64 that are not rounded to float32', () => {
    const b = graphBuilder();
    const third = b.div(b.input({ dtype: 'float32', shape: [2] }), b.constant(3, 'float32', [2]));
    const [result] = interpretReference(b.finish([third]), [toReference(x)]);
    expect([...result.data]).toEqual([1 / 3, 2 / 3]);
  });

  test('does not change the arrays that are passed as inputs', () => {
    const b = graphBuilder();
    const graph = b.finish([b.neg(b.input({ dtype: 'float32', shape: [2] }))]);
    interpret(graph, [x]);
    expect([...x.data]).toEqual([1, 2]);
  });

  test('rejects inputs of the wrong number, shape or dtype', () => {
    const b = graphBuilder();
    const graph = b.finish([b.input({ dtype: 'float32', shape: [3] })]);
    expect(() => interpret(graph, [])).toThrow(
      expect.objectContaining({ code: 'argument', data: { expected: 1, given: 0 } }),
    );
    expect(() => interpret(graph, [x])).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ input: 0 }) }),
    );
    expect(() => interpret(graph, [hostArray('int32', [3], Int32Array.of(1, 2, 3))])).toThrow(
      expect.objectContaining({ code: 'dtype', data: expect.objectContaining({ input: 0 }) }),
    );
  });

  test('rejects a value that is used before it is computed', () => {
    const graph = { inputCount: 0, types: [{ dtype: 'int32', shape: [] }], nodes: [], outputs: [0] } as const;
    expect(() => interpret(graph, [])).toThrow(expect.objectContaining({ code: 'graph', data: { value: 0 } }));
  });
});
