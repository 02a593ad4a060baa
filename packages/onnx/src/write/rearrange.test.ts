import { describe, expect, test } from '@jest/globals';
import { type GraphBuilder, graphBuilder, type HostArray, hostArray, type Value } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import fc from 'fast-check';
import { joined, repeated, reversed, sliced, transposed } from './rearrange.ts';

/** Generator of random shapes of rank 0 and more, with axes of length 0 and more. */
const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

function counting(shape: readonly number[]): HostArray {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return hostArray(
    'int32',
    shape,
    Int32Array.from({ length }, (_, i) => i),
  );
}

/** Applies an operator to an array in the reference interpreter. */
function byReference(array: HostArray, build: (b: GraphBuilder, x: Value) => Value): HostArray {
  const b = graphBuilder();
  const x = b.input(array);
  return interpret(b.finish([build(b, x)]), [array])[0];
}

describe('rearranging stored arrays', () => {
  test('transposed() returns the result of the operator transpose', () => {
    const cases = shapes.chain((shape) =>
      fc.tuple(fc.constant(shape), fc.shuffledSubarray([...shape.keys()], { minLength: shape.length })),
    );
    fc.assert(
      fc.property(cases, ([shape, permutation]) => {
        const array = counting(shape);
        expect(transposed(array, permutation)).toEqual(byReference(array, (b, x) => b.transpose(x, permutation)));
      }),
    );
  });

  test('reversed() returns the result of the operator reverse', () => {
    const cases = shapes.chain((shape) => fc.tuple(fc.constant(shape), fc.subarray([...shape.keys()])));
    fc.assert(
      fc.property(cases, ([shape, axes]) => {
        const array = counting(shape);
        expect(reversed(array, axes)).toEqual(byReference(array, (b, x) => b.reverse(x, axes)));
      }),
    );
  });

  test('sliced() returns the result of the operator slice', () => {
    const range = (length: number) =>
      fc.tuple(
        fc.integer({ min: 0, max: length }),
        fc.integer({ min: 0, max: length }),
        fc.integer({ min: 1, max: 3 }),
      );
    const cases = shapes.chain((shape) => fc.tuple(fc.constant(shape), fc.tuple(...shape.map(range))));
    fc.assert(
      fc.property(cases, ([shape, ranges]) => {
        const array = counting(shape);
        const start = ranges.map(([a, b]) => Math.min(a, b));
        const limit = ranges.map(([a, b]) => Math.max(a, b));
        const step = ranges.map(([, , every]) => every);
        expect(sliced(array, start, limit, step)).toEqual(byReference(array, (b, x) => b.slice(x, start, limit, step)));
      }),
    );
  });

  test('repeated() broadcasts as the operator expand does', () => {
    const array = counting([2, 1, 3]);
    expect(repeated(array, [4, 2, 2, 3])).toEqual(byReference(array, (b, x) => b.expand(x, [4, 2, 2, 3], [1, 2, 3])));
    expect(repeated(counting([]), [3])).toEqual(byReference(counting([]), (b, x) => b.expand(x, [3], [])));
  });

  test('joined() returns the result of the operator concat', () => {
    const cases = fc.tuple(
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 }),
      fc.nat({ max: 2 }),
    );
    fc.assert(
      fc.property(cases, ([lengths, axis]) => {
        const arrays = lengths.map((length) => counting([2, 3, 2].with(axis, length)));
        const b = graphBuilder();
        const graph = b.finish([
          b.concat(
            arrays.map((array) => b.input(array)),
            axis,
          ),
        ]);
        expect(joined(arrays, axis)).toEqual(interpret(graph, arrays)[0]);
      }),
    );
  });
});
