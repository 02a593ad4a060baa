import { describe, expect, test } from '@jest/globals';
import { hostArray } from '@manabi/ir';
import { Dataset, fromGenerator, fromTensorSlices, zip } from './index.ts';

// The calls below pass arguments that TypeScript would reject.

const numbers = () => fromTensorSlices(hostArray('float32', [4], Float32Array.of(1, 2, 3, 4)));

function errorOf(call: (...args: readonly never[]) => unknown, self: unknown, args: readonly unknown[]): unknown {
  try {
    Reflect.apply(call, self, args);
  } catch (error) {
    return error;
  }
  return null;
}

describe('datasets check arguments and options when called', () => {
  const data = numbers();
  test.each<[string, string, (...args: readonly never[]) => unknown, readonly unknown[]]>([
    ['batch', 'dropRemainder', data.batch, [2, { dropRemainder: 'yes' }]],
    ['batch', 'dropRemaind', data.batch, [2, { dropRemaind: true }]],
    ['batch', 'size', data.batch, [0.5]],
    ['shuffle', 'bufferSize', data.shuffle, [Symbol('size')]],
    ['shuffle', 'seed', data.shuffle, [2, { seed: 0.5 }]],
    ['shuffle', 'reshuffleEachIteration', data.shuffle, [2, { reshuffleEachIteration: 1 }]],
    ['map', 'parallel', data.map, [(x: unknown) => x, { parallel: 0 }]],
    ['map', 'function', data.map, [3]],
    ['filter', 'function', data.filter, [null]],
    ['prefetch', 'count', data.prefetch, ['2']],
    ['repeat', 'count', data.repeat, [-1]],
    ['concatenate', 'other', data.concatenate, [[1, 2]]],
    ['iterate', 'signal', data.iterate, [{ signal: {} }]],
    ['iterate', 'singal', data.iterate, [{ singal: null }]],
    ['fromGenerator', 'cardinality', fromGenerator, [() => [], { cardinality: Number.NaN }]],
  ])('%s reports the name of an invalid or unknown argument: %s', (op, name, call, args) => {
    expect(errorOf(call, data, args)).toMatchObject({ code: 'argument', op, data: { name } });
  });

  test.each([[null], [{}], [{ path: 'a', cardinality: 1, open: 1, skipIterations: 1 }]])(
    'Dataset rejects %p as a stage',
    (stage) => {
      expect(() => Reflect.construct(Dataset, [stage])).toThrow(expect.objectContaining({ op: 'Dataset' }));
    },
  );

  test('toArray rejects an invalid signal', async () => {
    await expect(Reflect.apply(data.toArray, data, [{ signal: [null] }])).rejects.toMatchObject({ op: 'toArray' });
  });
});

describe('structures that contain themselves', () => {
  const list: unknown[] = [];
  list.push(list);

  test('are rejected by fromTensorSlices, zip and batch', async () => {
    expect(errorOf(fromTensorSlices, null, [list])).toMatchObject({ code: 'argument', op: 'fromTensorSlices' });
    expect(errorOf(zip, null, [list])).toMatchObject({ code: 'argument', op: 'zip' });
    await expect(
      fromGenerator(() => [list, list])
        .batch(2)
        .toArray(),
    ).rejects.toMatchObject({ code: 'argument', op: 'batch' });
  });
});

describe('host arrays with inconsistent fields', () => {
  const short = { dtype: 'float32', shape: [5, 3], data: new Float32Array(3) } as const;
  const negative = { dtype: 'float32', shape: [-1, -3], data: new Float32Array(3) } as const;

  test.each([
    ['too few elements for the shape', short],
    ['negative lengths in the shape', negative],
  ])('are rejected by fromTensorSlices and batch: %s', async (_, array) => {
    expect(errorOf(fromTensorSlices, null, [{ x: array }])).toMatchObject({ code: 'shape', op: 'fromTensorSlices' });
    await expect(
      fromGenerator(() => [{ x: array }, { x: array }])
        .batch(2)
        .toArray(),
    ).rejects.toMatchObject({ code: 'data', data: { index: 0, path: '.x' } });
    await expect(
      fromGenerator(() => [array])
        .unbatch()
        .toArray(),
    ).rejects.toMatchObject({ code: 'data', data: { index: 0 } });
  });
});
