import { describe, expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/errors';
import type { Graph, Node } from './graph/graph.ts';
import { graphBuilder } from './operators/graph-builder.ts';
import type { TensorType } from './types/shape.ts';
import { verifyGraph } from './verify.ts';

const type: TensorType = { dtype: 'float32', shape: [2] };

/** Returns a valid graph of two inputs and two nodes: %2 = neg %0, %3 = add %2, %1. */
function valid(): Graph {
  const b = graphBuilder();
  const [x, y] = [b.input(type), b.input(type)];
  return b.finish([b.add(b.neg(x), y)]);
}

function withNode(graph: Graph, at: number, change: (node: Node) => Node): Graph {
  return { ...graph, nodes: graph.nodes.map((node, i) => (i === at ? change(node) : node)) };
}

function errorOf(graph: Graph): ManabiError {
  try {
    verifyGraph(graph);
  } catch (error) {
    if (error instanceof ManabiError) return error;
    throw error;
  }
  throw new Error('verifyGraph accepted the graph.');
}

describe('verifyGraph', () => {
  test('accepts graphs built by graphBuilder()', () => {
    expect(() => verifyGraph(valid())).not.toThrow();
  });

  test.each<[string, (graph: Graph) => Graph, string | undefined]>([
    [
      'an operand that a later node computes',
      (g) => withNode(g, 0, (n) => ({ ...n, operands: [3] })),
      '%2: float32[2] = neg %3',
    ],
    ['an operand that does not exist', (g) => withNode(g, 1, (n) => ({ ...n, operands: [2, 9] })), undefined],
    [
      'an operand whose number is not an integer',
      (g) => withNode(g, 1, (n) => ({ ...n, operands: [2, 0.5] })),
      undefined,
    ],
    ['a result that another node computes', (g) => withNode(g, 1, (n) => ({ ...n, results: [2] })), undefined],
    [
      'a result whose type differs from the inferred type',
      (g) => ({ ...g, types: [...g.types.slice(0, 3), { dtype: 'float32', shape: [3] }] }),
      undefined,
    ],
    [
      'operands that the operator rejects',
      (g) => ({ ...g, types: [type, { dtype: 'int32', shape: [2] }, type, type] }),
      undefined,
    ],
    ['a value that no node computes', (g) => ({ ...g, types: [...g.types, type] }), undefined],
    ['an output that does not exist', (g) => ({ ...g, outputs: [4] }), undefined],
    ['nodes in the wrong order', (g) => ({ ...g, nodes: [...g.nodes].reverse() }), undefined],
  ])('rejects %s', (_what, breakIt, node) => {
    const error = errorOf(breakIt(valid()));
    expect(error.code).toBe('graph');
    if (node !== undefined) expect(error.data.node).toBe(node);
  });

  test('reports the invalid node in the data of the error, and the error of its operator as the cause', () => {
    const error = errorOf({ ...valid(), types: [type, { dtype: 'float32', shape: [3] }, type, type] });
    expect(error.data).toMatchObject({ op: 'add', node: '%3: float32[2] = add %2, %1' });
    expect(error.cause).toBeInstanceOf(ManabiError);
  });

  test('rejects an invalid node in the body of a call', () => {
    const b = graphBuilder();
    const x = b.input(type);
    const body = { ...valid(), inputCount: 2 };
    const call = { name: 'broken', config: {}, body, vjp: null, checkpoint: false };
    const graph = b.finish(b.emit('call', [x, x], call));
    expect(() => verifyGraph(graph)).not.toThrow();
    const broken = withNode(body, 0, (n) => ({ ...n, operands: [3] }));
    const changed = withNode(graph, 0, (n) => (n.op === 'call' ? { ...n, attributes: { ...call, body: broken } } : n));
    expect(errorOf(changed).data.op).toBe('neg');
  });

  test('rejects a call whose gradient graph has other inputs or outputs than the call requires', () => {
    const b = graphBuilder();
    const x = b.input(type);
    const call = { name: 'twice', config: {}, body: valid(), vjp: valid(), checkpoint: false };
    const graph = b.finish(b.emit('call', [x, x], { ...call, vjp: null }));
    const changed = withNode(graph, 0, (n) => (n.op === 'call' ? { ...n, attributes: call } : n));
    expect(errorOf(changed).data.op).toBe('call');
  });

  test('graphBuilder() rejects an input that is added after a node', () => {
    const b = graphBuilder();
    b.neg(b.input(type));
    expect(() => b.input(type)).toThrow(ManabiError);
  });
});
