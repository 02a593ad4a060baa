import { describe, expect, test } from '@jest/globals';
import { applyComposite } from '../composites/index.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { printGraph } from '../graph/print.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import type { DType } from '../types/dtype.ts';
import type { TensorType } from '../types/shape.ts';
import { mergeCommon } from './common.ts';
import { simplify } from './index.ts';
import { inlineCalls, inlineCheckpoints } from './inline.ts';

/** Simplifies a graph and returns its nodes as text, without types. */
function simplified(
  types: readonly (TensorType | readonly number[])[],
  build: (b: GraphBuilder, inputs: readonly Value[]) => Value | readonly Value[],
): string {
  const b = graphBuilder();
  const inputs = types.map((type) => b.input('dtype' in type ? type : { dtype: 'float32', shape: type }));
  const outputs = build(b, inputs);
  const text = printGraph(simplify(b.finish(typeof outputs === 'number' ? [outputs] : outputs)));
  return text
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim().replaceAll(/: \w+\[[\d, ]*\]/g, ''))
    .join('; ');
}

const ints: TensorType = { dtype: 'int32', shape: [3] };
const bools: TensorType = { dtype: 'bool', shape: [3] };

test('simplify replaces the sum of two padded values at adjacent positions by a concat', () => {
  const parts = (b: GraphBuilder, [x, y, z]: readonly Value[]) => {
    const zero = b.constant(0, 'float32');
    const placed = [x, y, z].map((part, i) => b.pad(part, zero, [0, 2 * i], [0, 4 - 2 * i], [0, 0]));
    return b.add(b.add(placed[1], placed[0]), placed[2]);
  };
  const shapes = [
    [3, 2],
    [3, 2],
    [3, 2],
  ];
  expect(simplified(shapes, parts)).toMatch(/^%\d+ = concat %0, %1, %2 axis=1; return %\d+$/);
  expect(simplified(shapes.slice(0, 2), (b, [x, y]) => parts(b, [x, y, y]))).toMatch(/concat %0, %1, %1/);
  const four = simplified(shapes, (b, [x, y, z]) => {
    const zero = b.constant(0, 'float32');
    const [last, second, first, third] = [6, 2, 0, 4].map((at, i) =>
      b.pad([x, y, z, x][i], zero, [0, at], [0, 6 - at], [0, 0]),
    );
    return b.add(b.add(b.add(last, second), first), third);
  });
  expect(four).toMatch(/^%\d+ = concat %2, %1, %0, %0 axis=1; return %\d+$/);
  const apart = simplified(shapes, (b, [x, y]) => {
    const zero = b.constant(0, 'float32');
    return b.add(b.pad(x, zero, [0, 0], [0, 4], [0, 0]), b.pad(y, zero, [0, 4], [0, 0], [0, 0]));
  });
  expect(apart).toContain('add');
});

describe('simplify of elementwise operators', () => {
  test('removes operators with a neutral constant, such as x · 1', () => {
    expect(simplified([[3]], (b, [x]) => b.add(b.full(x, -0), x))).toBe('return %0');
    expect(simplified([ints], (b, [x]) => b.add(b.full(x, 0), x))).toBe('return %0');
    expect(simplified([[3]], (b, [x]) => b.sub(x, b.full(x, 0)))).toBe('return %0');
    expect(simplified([[3]], (b, [x]) => b.mul(b.full(x, 1), x))).toBe('return %0');
    expect(simplified([[3]], (b, [x]) => b.div(x, b.full(x, 1)))).toBe('return %0');
    expect(simplified([[3]], (b, [x]) => b.max(x, b.full(x, -Infinity)))).toBe('return %0');
    expect(simplified([bools], (b, [x]) => b.and(x, b.full(x, 1)))).toBe('return %0');
  });

  test('applies rules that are wrong for NaN, infinity or signed zeros, such as x - x = 0, only to integers', () => {
    expect(simplified([[3]], (b, [x]) => b.add(x, b.full(x, 0)))).toBe('%2 = add %0, 0; return %2');
    expect(simplified([[3]], (b, [x]) => b.sub(b.full(x, 0), x))).toBe('%2 = sub 0, %0; return %2');
    expect(simplified([ints], (b, [x]) => b.sub(b.full(x, 0), x))).toBe('%1 = neg %0; return %1');
    expect(simplified([ints], (b, [x]) => b.mul(x, b.full(x, 0)))).toBe('return 0');
    expect(simplified([ints], (b, [x]) => b.sub(x, x))).toBe('return 0');
    expect(simplified([[3]], (b, [x]) => b.mul(x, b.full(x, 0)))).toBe('%2 = mul %0, 0; return %2');
    expect(simplified([[3]], (b, [x]) => b.sub(x, x))).toBe('%1 = sub %0, %0; return %1');
    expect(simplified([[3]], (b, [x]) => b.equal(x, x))).toBe('%1 = equal %0, %0; return %1');
  });

  test('removes double negations and merges negations into other operators', () => {
    expect(simplified([[3]], (b, [x]) => b.neg(b.neg(x)))).toBe('return %0');
    expect(simplified([[3], [3]], (b, [x, y]) => b.add(x, b.neg(y)))).toBe('%2 = sub %0, %1; return %2');
    expect(simplified([ints, ints], (b, [x, y]) => b.neg(b.sub(x, y)))).toBe('%2 = sub %1, %0; return %2');
    expect(simplified([[3]], (b, [x]) => b.mul(b.neg(x), b.full(x, -2)))).toBe('%2 = mul %0, 2; return %2');
  });

  test('removes a negation inside abs, except for unsigned integers', () => {
    const size = (dtype: DType) => simplified([{ dtype, shape: [3] }], (b, [x]) => b.abs(b.neg(x)));
    expect([size('uint8'), size('uint32')]).toEqual(['%1 = neg %0; return %1', '%1 = neg %0; return %1']);
    expect([size('int32'), size('float32')]).toEqual(['%1 = abs %0; return %1', '%1 = abs %0; return %1']);
  });

  test('merges two constant factors only if no product is rounded', () => {
    const twice = (first: number, second: number) =>
      simplified([[3]], (b, [x]) => b.mul(b.mul(x, b.full(x, first)), b.full(x, second)));
    expect(twice(2, -4)).toBe('%2 = mul %0, -8; return %2');
    expect(twice(2, 3)).toBe('%2 = mul %0, 2; %4 = mul %2, 3; return %4');
    expect(twice(0.5, 0.5)).toBe('%2 = mul %0, 0.5; %3 = mul %2, 0.5; return %3');
    expect(twice(2 ** 90, 2 ** 90)).toContain('mul %2');
  });

  test('replaces a division by a multiplication only if the divisor is a power of two', () => {
    expect(simplified([[3]], (b, [x]) => b.div(x, b.full(x, 4)))).toBe('%2 = mul %0, 0.25; return %2');
    expect(simplified([[3]], (b, [x]) => b.div(x, b.full(x, 3)))).toBe('%2 = div %0, 3; return %2');
    // This divisor is not a power of two, but its logarithm is rounded to 80.
    const near = simplified([{ dtype: 'float64', shape: [3] }], (b, [x]) => b.div(x, b.full(x, 2 ** 80 + 2 ** 28)));
    expect(near).toContain('div');
  });

  test('compares constants after rounding them to their dtype', () => {
    expect(simplified([[3]], (b, [x]) => b.mul(x, b.full(x, 1 + 2 ** -40)))).toBe('return %0');
  });

  test('simplifies pow only for exponents 0 and 1, because roots and products would change bits', () => {
    const power = (exponent: number) => simplified([[3]], (b, [x]) => b.pow(x, b.full(x, exponent)));
    expect(power(0)).toBe('return 1');
    expect(power(1)).toBe('return %0');
    for (const exponent of [0.5, -0.5, 2, -1]) expect(power(exponent)).toContain('pow %0');
  });

  test('removes a select whose result does not depend on the condition', () => {
    expect(simplified([[3], [3]], (b, [x, y]) => b.select(b.constant(1, 'bool', [3]), x, y))).toBe('return %0');
    expect(simplified([bools, [3]], (b, [c, x]) => b.select(c, x, x))).toBe('return %1');
    expect(simplified([bools, [3], [3]], (b, [c, x, y]) => b.select(b.not(c), x, y))).toBe(
      '%3 = select %0, %2, %1; return %3',
    );
  });

  test('merges two casts only if the first cast changes no value', () => {
    expect(simplified([bools], (b, [x]) => b.cast(b.cast(x, 'int32'), 'float32'))).toBe('%1 = cast %0; return %1');
    expect(simplified([bools], (b, [x]) => b.cast(b.cast(x, 'float32'), 'bool'))).toBe('return %0');
    expect(simplified([ints], (b, [x]) => b.cast(b.cast(x, 'float32'), 'int32'))).toContain('%2 = cast %1');
    // For a negative number, the cast from float64 clamps, whereas a direct cast would wrap.
    expect(simplified([ints], (b, [x]) => b.cast(b.cast(x, 'float64'), 'uint32'))).toContain('%2 = cast %1');
  });
});

describe('simplify of operators on constants', () => {
  test('folds operators whose operands are constants of equal elements', () => {
    expect(simplified([], (b) => b.add(b.constant(1, 'float32', [9, 9]), b.constant(2, 'float32', [9, 9])))).toBe(
      'return 3',
    );
    expect(simplified([], (b) => b.expand(b.constant(0.5, 'float32'), [1000], []))).toBe('return 0.5');
    expect(simplified([], (b) => b.reduceSum(b.constant(0.5, 'float32', [10, 3]), [0, 1]))).toBe('return 15');
  });

  test('rounds results folded in float32, and wraps and truncates results folded in integer dtypes', () => {
    const sum = (dtype: 'float32' | 'float64') =>
      simplified([], (b) => b.add(b.constant(0.1, dtype), b.constant(0.2, dtype)));
    expect(sum('float64')).toBe('return 0.30000000000000004');
    expect(sum('float32')).toBe(`return ${Math.fround(Math.fround(0.1) + Math.fround(0.2))}`);
    expect(simplified([], (b) => b.add(b.constant(2147483647, 'int32'), b.constant(1, 'int32')))).toBe(
      'return -2147483648',
    );
    expect(simplified([], (b) => b.div(b.constant(-7, 'int32'), b.constant(2, 'int32')))).toBe('return -3');
    expect(simplified([], (b) => b.cast(b.constant(-3.7, 'float32'), 'uint8'))).toBe('return 0');
  });

  test('folds operators on small constant arrays, but not on large ones', () => {
    const reversed = (length: number) =>
      simplified([], (b) =>
        b.reverse(
          b.constant(
            Array.from({ length }, (_, i) => i),
            'int32',
            [length],
          ),
          [0],
        ),
      );
    expect(reversed(3)).toBe('%0 = constant value=[2, 1, 0]; return %0');
    expect(reversed(1000)).toContain('reverse');
  });

  test('does not fold transcendental functions', () => {
    expect(simplified([], (b) => b.exp(b.constant(1, 'float32')))).toBe('%1 = exp 1; return %1');
  });
});

describe('simplify of layout operators', () => {
  test('removes two layout operators that undo each other', () => {
    expect(simplified([[2, 3]], (b, [x]) => b.transpose(b.transpose(x, [1, 0]), [1, 0]))).toBe('return %0');
    expect(simplified([[2, 3]], (b, [x]) => b.reshape(b.reshape(x, [6]), [2, 3]))).toBe('return %0');
    expect(simplified([[2, 3]], (b, [x]) => b.reverse(b.reverse(x, [1]), [1]))).toBe('return %0');
    const padded = (b: GraphBuilder, x: Value) => b.pad(x, b.constant(0, 'float32'), [1], [2], [1]);
    expect(simplified([[3]], (b, [x]) => b.slice(padded(b, x), [1], [6], [2]))).toBe('return %0');
  });

  test('merges two slices, and keeps a slice that includes padding', () => {
    expect(simplified([[9]], (b, [x]) => b.slice(b.slice(x, [1], [9], [2]), [1], [4], [2]))).toBe(
      '%1 = slice %0 start=[3] limit=[9] step=[4]; return %1',
    );
    const shifted = simplified([[3]], (b, [x]) =>
      b.slice(b.pad(x, b.constant(0, 'float32'), [1], [1], [0]), [2], [5], [1]),
    );
    expect(shifted).toBe(
      '%2 = pad %0, 0 low=[1] high=[1] interior=[0]; %3 = slice %2 start=[2] limit=[5] step=[1]; return %3',
    );
  });

  test('replaces a transpose that moves only an axis of length 1 by a reshape', () => {
    expect(simplified([[1, 3]], (b, [x]) => b.transpose(x, [1, 0]))).toBe('%1 = reshape %0; return %1');
  });

  test('merges two broadcasts', () => {
    expect(simplified([[3]], (b, [x]) => b.expand(b.expand(x, [2, 3], [1]), [2, 3, 4], [0, 1]))).toBe(
      '%1 = expand %0 axes=[1]; return %1',
    );
    expect(simplified([[3]], (b, [x]) => b.expand(b.reshape(x, [3, 1]), [3, 4], [0, 1]))).toBe(
      '%1 = expand %0 axes=[0]; return %1',
    );
  });

  test('applies elementwise operators before broadcasting', () => {
    expect(
      simplified([[3]], (b, [x]) => b.sqrt(b.add(b.expand(x, [8, 3], [1]), b.constant(2, 'float32', [8, 3])))),
    ).toBe('%2 = add %0, 2; %3 = sqrt %2; %4 = expand %3 axes=[1]; return %4');
  });
});

describe('simplify of reductions', () => {
  test('simplifies reductions along axes of length 1, and of reduced, broadcast and transposed values', () => {
    expect(simplified([[2, 1]], (b, [x]) => b.reduceMax(x, [1]))).toBe('%1 = reshape %0; return %1');
    expect(simplified([[2, 3, 4]], (b, [x]) => b.reduceSum(b.reduceSum(x, [1]), [1]))).toBe(
      '%1 = reduceSum %0 axes=[1, 2]; return %1',
    );
    expect(simplified([[3]], (b, [x]) => b.reduceSum(b.expand(x, [4, 3], [1]), [0]))).toBe('%2 = mul %0, 4; return %2');
    expect(simplified([[2, 3]], (b, [x]) => b.reduceSum(b.transpose(x, [1, 0]), [0]))).toBe(
      '%1 = reduceSum %0 axes=[1]; return %1',
    );
  });
});

describe('simplify of transposes before and after dot', () => {
  test('removes transposes of operands and contracts other axes', () => {
    expect(
      simplified(
        [
          [3, 2],
          [4, 3],
        ],
        (b, [x, y]) => b.dot(b.transpose(x, [1, 0]), b.transpose(y, [1, 0]), [], [[1, 0]]),
      ),
    ).toBe('%2 = dot %0, %1 batch=[] contract=[[0, 1]]; return %2');
  });

  test('removes the transpose of the result and swaps the operands', () => {
    expect(
      simplified(
        [
          [2, 3],
          [3, 4],
        ],
        (b, [x, y]) => b.transpose(b.dot(x, y, [], [[1, 0]]), [1, 0]),
      ),
    ).toBe('%2 = dot %1, %0 batch=[] contract=[[0, 1]]; return %2');
  });

  test('keeps the transpose of a product that has other uses', () => {
    const text = simplified(
      [
        [2, 3],
        [3, 2],
      ],
      (b, [x, y]) => {
        const product = b.dot(x, y, [], [[1, 0]]);
        return [product, b.transpose(product, [1, 0])];
      },
    );
    expect(text).toContain('transpose');
  });
});

describe('mergeCommon', () => {
  test('merges equal nodes, including randomBits of the same key', () => {
    const text = simplified([[3], { dtype: 'uint32', shape: [2] }], (b, [x, key]) => [
      b.add(b.exp(x), b.exp(x)),
      b.add(b.randomBits(key, [2]), b.randomBits(key, [2])),
    ]);
    expect(text).toBe('%2 = exp %0; %3 = add %2, %2; %4 = randomBits %1; %5 = add %4, %4; return %3, %5');
  });

  test('does not merge nodes with different attributes', () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape: [2, 2] });
    const graph = b.finish([b.reduceSum(x, [0]), b.reduceSum(x, [1])]);
    expect(mergeCommon(graph)).toBe(graph);
  });
});

describe('inlineCalls and inlineCheckpoints', () => {
  test('inlineCalls does not inline calls with a given name, even in the bodies of other calls', () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape: [2, 4, 3] });
    const config = { axis: 1, groups: 2, epsilon: 1e-3 };
    const ones = b.constant(1, 'float32', [4]);
    const graph = b.finish(applyComposite(b, 'groupNorm', [x, ones, ones], config));
    const names = (kept: string) =>
      inlineCalls(graph, (name) => name === kept).nodes.flatMap((n) => (n.op === 'call' ? [n.attributes.name] : []));
    expect(names('groupNorm')).toEqual(['groupNorm']);
    expect(names('layerNorm')).toEqual(['layerNorm']);
    expect(names('')).toEqual([]);
  });

  test('inlineCalls keeps checkpoints as calls, and inlineCheckpoints inlines them', () => {
    const inner = graphBuilder();
    const y = inner.input({ dtype: 'float32', shape: [2] });
    const body = inner.finish([inner.exp(applyComposite(inner, 'relu', [y], {})[0])]);
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape: [2] });
    const call = { name: 'checkpoint', config: {}, body, vjp: null, checkpoint: true };
    const graph = b.finish([b.exp(applyComposite(b, 'relu', [x], {})[0]), b.emit('call', [x], call)[0]]);
    const simple = simplify(inlineCalls(graph));
    expect(simple.nodes.filter(({ op }) => op === 'exp')).toHaveLength(1);
    expect(simple.nodes.filter(({ op }) => op === 'call')).toHaveLength(1);
    const inlined = inlineCheckpoints(simple);
    expect(inlined.nodes.filter(({ op }) => op === 'exp')).toHaveLength(2);
    expect(inlined.nodes.some(({ op }) => op === 'call')).toBe(false);
  });

  test('simplify with `final: true` removes stopGradient and the gradient graphs of calls', () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape: [2] });
    const graph = b.finish(applyComposite(b, 'softmax', [b.stopGradient(x)], { axis: 0 }));
    expect(simplify(graph)).toBe(graph);
    const [call, ...others] = simplify(graph, { final: true }).nodes;
    expect(others).toEqual([]);
    expect(call.op === 'call' && call.attributes.vjp).toBe(null);
    expect(printGraph(simplify(graph, { final: true }))).not.toContain('stopGradient');
  });
});
