import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, input, layers, maskOf, setRandomSeed } from '../../index.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

const words = tensor(Int32Array.of(2, 0, 1, 2), { shape: [2, 2] });

describe('embedding', () => {
  test('returns the vector of each index', async () => {
    const layer = layers.embedding({ inputDim: 3, outputDim: 2 });
    layer.ensureBuilt({ shape: [null, 2], dtype: 'int32' });
    layer.setWeights([
      tensor([
        [0, 1],
        [10, 11],
        [20, 21],
      ]),
    ]);
    expect(await layer.apply(words).array()).toEqual([
      [
        [20, 21],
        [0, 1],
      ],
      [
        [10, 11],
        [20, 21],
      ],
    ]);
    expect(await layer.apply(tensor([1])).array()).toEqual([[10, 11]]);
    expect(await layer.apply(tensor(Uint8Array.of(2))).array()).toEqual([[20, 21]]);
  });

  test('initializes vectors uniformly in [-0.05, 0.05)', async () => {
    const layer = layers.embedding({ inputDim: 200, outputDim: 20 });
    layer.apply(words);
    const values = await layer.weight('embeddings').value.data();
    expect(Math.max(...values)).toBeLessThan(0.05);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-0.05);
    expect(Math.max(...values)).toBeGreaterThan(0.045);
  });

  test('masks index 0 only if maskZero is set', async () => {
    const masked = layers.embedding({ inputDim: 3, outputDim: 2, maskZero: true }).apply(words);
    expect(await maskOf(masked)?.array()).toEqual([
      [true, false],
      [true, true],
    ]);
    expect(maskOf(layers.embedding({ inputDim: 3, outputDim: 2 }).apply(words))).toBeNull();
  });

  test('accepts an unknown number of steps, and is restored from its config', async () => {
    const layer = layers.embedding({ inputDim: 9, outputDim: 4 });
    expect(layer.apply(input({ shape: [null], dtype: 'int32' })).shape).toEqual([null, null, 4]);
    expect((await layerFrom('Embedding', layer.getConfig())).getConfig()).toEqual(layer.getConfig());
    expect(() => layers.embedding({ inputDim: 0, outputDim: 4 })).toThrow(
      expect.objectContaining({ code: 'argument' }),
    );
  });
});

describe('masking', () => {
  const steps = tensor([
    [
      [0, 0],
      [0, 1],
      [-1, -1],
    ],
  ]);

  test('masks steps whose features all equal maskValue, and sets them to 0', async () => {
    const plain = layers.masking().apply(steps);
    expect(await maskOf(plain)?.array()).toEqual([[false, true, true]]);
    const other = layers.masking({ maskValue: -1 }).apply(steps);
    expect(await other.array()).toEqual([
      [
        [0, 0],
        [0, 1],
        [0, 0],
      ],
    ]);
    expect(await maskOf(other)?.array()).toEqual([[true, true, false]]);
  });
});
