import { describe, expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/errors';
import type { Graph } from '../graph/graph.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { checkSupported, isSupported } from './supported.ts';

const small = { name: 'small', dtypes: ['float32', 'int32'] } as const;
const full = { name: 'full' };

/** Returns a graph that casts a float32 vector to float64 and computes exp of it. */
function wide(): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [3] });
  return b.finish([b.cast(b.exp(b.cast(x, 'float64')), 'float32')]);
}

/** Returns a graph with a loop whose body is `wide()`. */
function loop(): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [3] });
  return b.finish(b.scan([x], { body: wide(), carries: 1, xs: 0, length: 2, reverse: false }));
}

function errorOf(work: () => unknown): ManabiError {
  try {
    work();
  } catch (error) {
    if (error instanceof ManabiError) return error;
    throw error;
  }
  throw new Error('Expected a ManabiError.');
}

describe('checkSupported', () => {
  test.each([
    ['a graph', wide],
    ['the body of a loop', loop],
  ])('rejects %s with a dtype that the backend does not support', (_, graph) => {
    expect(isSupported(graph(), full)).toBe(true);
    expect(isSupported(graph(), small)).toBe(false);
    expect(errorOf(() => checkSupported(graph(), small, [small, full]))).toMatchObject({
      code: 'dtype',
      op: 'cast',
      data: {
        operator: 'cast',
        dtype: 'float64',
        type: { dtype: 'float64', shape: [3] },
        backend: 'small',
        dtypes: ['float32', 'int32'],
        backends: ['full'],
      },
    });
  });

  test('rejects an operator that the backend cannot run on a dtype, and lists the dtypes on which it can', () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'int32', shape: [3] });
    const graph = b.finish([b.add(b.abs(x), x)]);
    const picky = { ...small, supports: (op: string, dtype: string) => op !== 'abs' || dtype === 'float32' };
    expect(errorOf(() => checkSupported(graph, picky))).toMatchObject({
      code: 'backend',
      op: 'abs',
      data: {
        operator: 'abs',
        dtype: 'int32',
        type: { dtype: 'int32', shape: [3] },
        dtypes: ['float32'],
        backends: [],
      },
    });
  });

  test('accepts a graph of supported operators and dtypes', () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'int32', shape: [3] });
    expect(() => checkSupported(b.finish([b.add(x, x)]), small)).not.toThrow();
  });
});
