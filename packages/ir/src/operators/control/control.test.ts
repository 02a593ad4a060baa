import { describe, expect, test } from '@jest/globals';
import type { Graph } from '../../graph/graph.ts';
import { interpret } from '../../interpret.ts';
import { hostArray } from '../../types/host-array.ts';
import type { TensorType } from '../../types/shape.ts';
import { graphBuilder } from '../graph-builder.ts';
import { graphOf, typed } from './bodies.ts';
import { control } from './control.ts';
import { controlVjp } from './control.vjp.ts';

const vector = { dtype: 'float32', shape: [2] } as const;
const indices = { dtype: 'int32', shape: [2] } as const;

/** Returns the graph (x, i) → (x * x, i). */
function body(): Graph {
  const b = graphBuilder();
  const x = b.input(vector);
  const i = b.input(indices);
  return b.finish([b.mul(x, x), i]);
}

/**
 * Returns the graph (x, i, x * x, i, g) → 3 g. This is not the derivative of `body()`, so that tests can detect which
 * gradient was used.
 */
function ownVjp(): Graph {
  const b = graphBuilder();
  const [, , , , g] = [vector, indices, vector, indices, vector].map((type) => b.input(type));
  return b.finish([b.mul(g, b.full(g, 3))]);
}

const attributes = { name: 'square', config: {}, body: body(), vjp: null, checkpoint: false };

test('call returns the results of its body', () => {
  const b = graphBuilder();
  const operands = [b.input(vector), b.input(indices)];
  const graph = b.finish(b.emit('call', operands, attributes));
  const inputs = [hostArray('float32', [2], Float32Array.of(2, 3)), hostArray('int32', [2], Int32Array.of(7, 8))];
  expect(interpret(graph, inputs).map(({ data }) => [...data])).toEqual([
    [4, 9],
    [7, 8],
  ]);
});

describe('type inference of call', () => {
  const infer = control.call.infer;

  test('returns the output types of the body', () => {
    expect(infer([vector, indices], attributes)).toEqual([vector, indices]);
  });

  test('rejects operands whose number, shape or dtype differs from the inputs of the body', () => {
    const refused = (code: string, data: object) =>
      expect.objectContaining({ code, op: 'call', data: expect.objectContaining({ name: 'square', ...data }) });
    expect(() => infer([vector], attributes)).toThrow(refused('argument', { what: 'operand' }));
    expect(() => infer([vector, { dtype: 'int32', shape: [3] }], attributes)).toThrow(refused('shape', { at: 1 }));
    expect(() => infer([indices, indices], attributes)).toThrow(refused('dtype', { at: 0 }));
  });

  test('rejects a vjp graph with other inputs or outputs than the body requires', () => {
    expect(infer([vector, indices], { ...attributes, vjp: ownVjp() })).toHaveLength(2);
    expect(() => infer([vector, indices], { ...attributes, vjp: body() })).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ what: 'vjp input' }) }),
    );
    const tooMany = { ...ownVjp(), outputs: [0, 0] };
    expect(() => infer([vector, indices], { ...attributes, vjp: tooMany })).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ what: 'vjp output' }) }),
    );
  });
});

describe('gradient rule of call', () => {
  const rule = controlVjp.call;
  if (typeof rule !== 'function') throw new Error('Expected a rule for call.');

  test('returns the results of the vjp graph for float operands, and null for integer operands', () => {
    const b = graphBuilder();
    const operands = [b.constant([2, 3], 'float32', [2]), b.constant(0, 'int32', [2])];
    const own = { ...attributes, vjp: ownVjp() };
    const results = b.emit('call', operands, own);
    const [dx, di] = rule(b, { operands, results, attributes: own }, [b.constant([1, 10], 'float32', [2]), null]);
    expect(di).toBeNull();
    const [gradient] = interpret(b.finish(dx === null ? [] : [dx]), []);
    expect([...gradient.data]).toEqual([3, 30]);
  });

  test('treats the null cotangent of a result as zero', () => {
    const b = graphBuilder();
    const operands = [b.constant([2, 3], 'float32', [2]), b.constant(0, 'int32', [2])];
    const own = { ...attributes, vjp: ownVjp() };
    const results = b.emit('call', operands, own);
    const [dx] = rule(b, { operands, results, attributes: own }, [null, null]);
    const [gradient] = interpret(b.finish(dx === null ? [] : [dx]), []);
    expect([...gradient.data]).toEqual([0, 0]);
  });

  test('throws for a call without a vjp graph', () => {
    const b = graphBuilder();
    const operands = [b.constant([2, 3], 'float32', [2]), b.constant(0, 'int32', [2])];
    const results = b.emit('call', operands, attributes);
    expect(() => rule(b, { operands, results, attributes }, [results[0], null])).toThrow(
      expect.objectContaining({ code: 'graph', op: 'call', data: { name: 'square' } }),
    );
  });
});

describe('type inference of branches and loops', () => {
  const state = typed([2]);
  const flag = typed([], 'bool');
  const keep = graphOf([state], (_, [x]) => [x]);
  const refused = (op: string, code: string, data: object) =>
    expect.objectContaining({ code, op, data: expect.objectContaining(data) });

  test('cond rejects a condition that is not a bool scalar, and graphs with different inputs or outputs', () => {
    const infer = (operands: readonly TensorType[], elseBranch: Graph) =>
      control.cond.infer(operands, { thenBranch: keep, elseBranch });
    expect(infer([flag, state], keep)).toEqual([state]);
    expect(() => infer([], keep)).toThrow(refused('cond', 'argument', {}));
    expect(() => infer([typed([], 'int32'), state], keep)).toThrow(refused('cond', 'dtype', { operand: 'condition' }));
    expect(() => infer([typed([1], 'bool'), state], keep)).toThrow(refused('cond', 'shape', { operand: 'condition' }));
    expect(() => infer([flag, typed([3])], keep)).toThrow(refused('cond', 'shape', { what: 'operand', at: 0 }));
    const other = graphOf([state], (b, [x]) => [b.cast(x, 'int32')]);
    expect(() => infer([flag, state], other)).toThrow(
      refused('cond', 'dtype', { what: 'result', expected: state, given: typed([2], 'int32') }),
    );
  });

  test('scan returns the types of the carries and of the stacked ys', () => {
    const step = graphOf([state, typed([3]), typed([4])], (_, [x, slice, k]) => [x, slice, k]);
    const infer = (operands: readonly TensorType[], change: object = {}) =>
      control.scan.infer(operands, { body: step, carries: 1, xs: 1, length: 5, reverse: false, ...change });
    expect(infer([state, typed([5, 3]), typed([4])])).toEqual([state, typed([5, 3]), typed([5, 4])]);
    expect(() => infer([state, typed([6, 3]), typed([4])])).toThrow(
      refused('scan', 'shape', { what: 'x', at: 0, given: typed([6, 3]), length: 5 }),
    );
    expect(() => infer([state, typed([]), typed([4])])).toThrow(refused('scan', 'shape', { what: 'x' }));
    expect(() => infer([state, typed([5, 3]), typed([5])])).toThrow(refused('scan', 'shape', { at: 2 }));
    expect(() => infer([state, typed([5, 3])])).toThrow(refused('scan', 'argument', { what: 'operand' }));
    for (const change of [{ length: -1 }, { length: 1.5 }, { carries: 4 }, { xs: 3 }]) {
      expect(() => infer([state, typed([5, 3]), typed([4])], change)).toThrow(
        refused('scan', 'attribute', { attribute: Object.keys(change)[0] }),
      );
    }
  });

  test('scan rejects a body that changes the type of a carry', () => {
    const cast = graphOf([state], (b, [x]) => [b.cast(x, 'int32')]);
    const longer = graphOf([state], (b, [x]) => [b.concat([x, x], 0)]);
    const infer = (body: Graph) => control.scan.infer([state], { body, carries: 1, xs: 0, length: 2, reverse: false });
    expect(() => infer(cast)).toThrow(
      refused('scan', 'dtype', { what: 'carry', at: 0, expected: state, given: typed([2], 'int32') }),
    );
    expect(() => infer(longer)).toThrow(refused('scan', 'shape', { expected: state, given: typed([4]) }));
    expect(() => infer(graphOf([state], () => []))).toThrow(refused('scan', 'argument', { what: 'carry' }));
  });

  test('while rejects a test that does not return one bool, and a body that does not return the carries', () => {
    const test = graphOf([state], (b) => [b.constant(1, 'bool')]);
    const infer = (change: object) =>
      control.while.infer([state], { test, body: keep, carries: 1, maxTrips: null, ...change });
    expect(infer({})).toEqual([state]);
    expect(() => infer({ maxTrips: -1 })).toThrow(refused('while', 'attribute', { attribute: 'maxTrips' }));
    expect(() => infer({ test: keep })).toThrow(refused('while', 'dtype', { operand: 'test' }));
    expect(() => infer({ test: graphOf([state], () => []) })).toThrow(refused('while', 'argument', { what: 'test' }));
    expect(() => infer({ body: graphOf([state], (_, [x]) => [x, x]) })).toThrow(
      refused('while', 'argument', { what: 'carry' }),
    );
  });
});
