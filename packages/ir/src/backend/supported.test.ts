import { describe, expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/errors';
import type { Graph } from '../graph/graph.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { checkSupported, isSupported } from './supported.ts';

const small = { name: 'small', dtypes: ['float32', 'int32'] } as const;
const full = { name: 'full' };

/** exp in float64 of a float32 vector. */
function wide(): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [3] });
  return b.finish([b.cast(b.exp(b.cast(x, 'float64')), 'float32')]);
}

/** A loop of the same. */
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
  throw new Error('nothing was thrown');
}

describe('checkSupported', () => {
  test.each([
    ['a graph', wide],
    ['the body of a loop', loop],
  ])('names the first value of %s that has a dtype which the backend lacks', (_, graph) => {
    expect(isSupported(graph(), full)).toBe(true);
    expect(isSupported(graph(), small)).toBe(false);
    expect(errorOf(() => checkSupported(graph(), small, [small, full]))).toMatchObject({
      code: 'dtype',
      op: 'cast',
      message: expect.stringContaining(
        'Backend "small" does not support float64, but the result of cast is float64[3].',
      ),
      data: { operator: 'cast', dtype: 'float64', backend: 'small', dtypes: ['float32', 'int32'], backends: ['full'] },
    });
  });

  test('names the operator that cannot run on a dtype, and the dtypes on which it can', () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'int32', shape: [3] });
    const graph = b.finish([b.add(b.abs(x), x)]);
    const picky = { ...small, supports: (op: string, dtype: string) => op !== 'abs' || dtype === 'float32' };
    expect(errorOf(() => checkSupported(graph, picky))).toMatchObject({
      code: 'backend',
      op: 'abs',
      message: expect.stringContaining(
        'Backend "small" does not support abs of int32, but the result of abs is int32[3]. Use float32.',
      ),
      data: { operator: 'abs', dtype: 'int32', dtypes: ['float32'], backends: [] },
    });
  });

  test('accepts graphs that the backend can run', () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'int32', shape: [3] });
    expect(() => checkSupported(b.finish([b.add(x, x)]), small)).not.toThrow();
  });
});
