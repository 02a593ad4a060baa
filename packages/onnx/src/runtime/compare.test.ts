import { describe, expect, test } from '@jest/globals';
import { hostArray } from '@manabi/ir';
import { exportOnnx } from '../export/export-onnx.ts';
import { batches, familyOf, numbers } from '../family.fixture.ts';
import { compare } from './compare.ts';

const scaled = (factor: number) =>
  familyOf({
    parameters: { w: numbers(4, 3) },
    inputs: batches(4),
    build: (b, { x, w }) => {
      const y = b.dot(x, w, [], [[1, 0]]);
      return [b.mul(y, b.full(y, factor)), b.reduceMax(x, [1])];
    },
    outputNames: ['scores', 'largest'],
  });

describe('compare', () => {
  test('reports that each output of a file agrees with its model', async () => {
    const { agrees, outputs } = await compare(scaled(1), await exportOnnx(scaled(1)));
    expect(Object.keys(outputs)).toEqual(['scores', 'largest']);
    expect(outputs.scores.absolute).toBeLessThan(1e-6);
    expect(outputs.largest).toEqual({ absolute: 0, relative: 0, agrees: true });
    expect(agrees).toBe(true);
  });

  test('reports the difference between a file and another model', async () => {
    const x = hostArray('float32', [2, 4], Float32Array.of(100, 0, 0, 0, 0, 0, 0, 0));
    const { w } = { w: numbers(4, 3) };
    const file = await exportOnnx(scaled(1));
    const { agrees, outputs } = await compare(scaled(2), file, { inputs: [x] });
    const { scores, largest } = outputs;
    const greatest = 100 * Math.max(...w.data.slice(0, 3).map(Math.abs));
    expect(scores.absolute).toBeCloseTo(greatest, 3);
    expect(scores.relative).toBeCloseTo(0.5, 5);
    expect(largest.absolute).toBe(0);
    expect([agrees, scores.agrees, largest.agrees]).toEqual([false, false, true]);
    expect((await compare(scaled(2), file, { inputs: [x], tolerance: 0.6 })).agrees).toBe(true);
  });

  test('reports an infinite difference if only one result is infinite', async () => {
    const x = hostArray('float32', [2, 4], new Float32Array(8).fill(3e38));
    const file = await exportOnnx(familyOf({ inputs: batches(4), build: (_, { x }) => [x] }));
    const twice = familyOf({ inputs: batches(4), build: (b, { x }) => [b.add(x, x)] });
    const { y0 } = (await compare(twice, file, { inputs: [x] })).outputs;
    expect(y0).toEqual({ absolute: Infinity, relative: Infinity, agrees: false });
  });

  test('determines the batch size from the given inputs, on whichever axis it is', async () => {
    const weighted = familyOf({
      inputs: (size) => ({ w: { dtype: 'float32', shape: [3] }, x: { dtype: 'float32', shape: [3, size] } }),
      build: (b, { w, x }) => [b.dot(w, x, [], [[0, 0]])],
    });
    const file = await exportOnnx(weighted);
    const { y0 } = (await compare(weighted, file, { inputs: [numbers(3), numbers(3, 5)] })).outputs;
    expect(y0.absolute).toBeLessThan(1e-6);
  });

  test('creates equal random inputs for equal seeds', async () => {
    const file = await exportOnnx(scaled(1));
    const [first, again, other] = [
      await compare(scaled(2), file, { seed: 1 }),
      await compare(scaled(2), file, { seed: 1 }),
      await compare(scaled(2), file, { seed: 2 }),
    ];
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
  });

  test('rejects mismatched inputs, unknown options and invalid files', async () => {
    const file = await exportOnnx(scaled(1));
    const wrong = [hostArray('float32', [2, 5], new Float32Array(10))];
    await expect(compare(scaled(1), file, { inputs: wrong })).rejects.toMatchObject({
      code: 'argument',
      data: { position: 0 },
    });
    const misspelled = { seed: 1, batchSize: [1] };
    await expect(compare(scaled(1), file, misspelled)).rejects.toMatchObject({ code: 'argument' });
    for (const batchSizes of [[], [0], [1.5]]) {
      await expect(compare(scaled(1), file, { batchSizes })).rejects.toMatchObject({
        code: 'argument',
        data: { name: expect.stringContaining('batchSizes') },
      });
    }
    const ofTwo = familyOf({
      inputs: (size) => ({ ...batches(4)(size), y: { dtype: 'float32', shape: [size] } }),
      build: (_, { x }) => [x],
    });
    await expect(compare(scaled(1), await exportOnnx(ofTwo))).rejects.toMatchObject({
      code: 'argument',
      data: { what: 'inputs', theirs: ['x', 'y'], ours: ['x'] },
    });
    const ofOne = familyOf({ inputs: batches(4), build: (_, { x }) => [x], outputNames: ['scores'] });
    await expect(compare(scaled(1), await exportOnnx(ofOne))).rejects.toMatchObject({
      code: 'argument',
      data: { what: 'outputs', theirs: ['scores'], ours: ['scores', 'largest'] },
    });
    await expect(compare(scaled(1), Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: 'data' });
  });
});
