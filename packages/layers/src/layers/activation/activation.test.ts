import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, input, layers, maskOf, register, withMask } from '../../index.ts';

beforeEach(clearSession);

describe('activation layers', () => {
  test('activation applies an activation given by name or as a function', async () => {
    const x = tensor([-1, 0, 2]);
    expect(await layers.activation({ activation: 'relu' }).apply(x).array()).toEqual([0, 0, 2]);
    const own = layers.activation({ activation: (t) => t });
    expect(await own.apply(x).array()).toEqual([-1, 0, 2]);
  });

  test('activation saves a registered function under its name', async () => {
    register('activation', 'nothing', (x) => x);
    const layer = layers.activation({ activation: 'nothing' });
    expect(layer.getConfig()).toMatchObject({ activation: 'nothing' });
    expect((await layerFrom('Activation', layer.getConfig())).getConfig()).toEqual(layer.getConfig());
  });

  test('gelu uses the exact formula with erf', async () => {
    const [y] = await layers
      .activation({ activation: 'gelu' })
      .apply(tensor([1]))
      .data();
    expect(y).toBeCloseTo(0.8413447, 6); // 0.841192 with tanh
  });

  test('the layer leakyReLU defaults to slope 0.3, the activation leakyRelu to 0.2', async () => {
    const x = tensor([-10]);
    expect((await layers.leakyReLU().apply(x).data())[0]).toBeCloseTo(-3, 5);
    expect((await layers.activation({ activation: 'leakyRelu' }).apply(x).data())[0]).toBeCloseTo(-2, 5);
  });

  test('reLU applies threshold, negativeSlope and maxValue', async () => {
    const layer = layers.reLU({ maxValue: 2, negativeSlope: 0.5, threshold: 1 });
    expect(await layer.apply(tensor([-1, 0.5, 1, 1.5, 3])).array()).toEqual([-1, -0.25, 1, 1.5, 2]);
  });

  test('elu approaches -alpha for large negative inputs', async () => {
    expect(
      (
        await layers
          .elu({ alpha: 2 })
          .apply(tensor([-50]))
          .data()
      )[0],
    ).toBeCloseTo(-2, 6);
  });

  test('reLU rejects negative options', () => {
    for (const options of [{ maxValue: -1 }, { negativeSlope: -1 }, { threshold: -1 }]) {
      expect(() => layers.reLU(options)).toThrow(expect.objectContaining({ code: 'argument' }));
    }
  });

  test('activation layers accept unknown lengths and pass on masks', () => {
    expect(layers.leakyReLU().apply(input({ shape: [null, 3] })).shape).toEqual([null, null, 3]);
    const mask = tensor([[true, false]]);
    const x = withMask(tensor([[1, 2]]), mask);
    expect(maskOf(layers.elu().apply(x))).toBe(mask);
  });
});

describe('prelu', () => {
  test('creates alpha with the shape of the input without the batch', async () => {
    const layer = layers.prelu({ alphaInitializer: 'ones' });
    expect(
      await layer
        .apply(
          tensor([
            [
              [-1, 2],
              [3, -4],
            ],
          ]),
        )
        .array(),
    ).toEqual([
      [
        [-1, 2],
        [3, -4],
      ],
    ]);
    expect(layer.weights.map(({ name, shape }) => [name, shape])).toEqual([['alpha', [2, 2]]]);
  });

  test('shares one slope along sharedAxes, whose lengths may be unknown', () => {
    const layer = layers.prelu({ sharedAxes: [1, 2] });
    layer.apply(input({ shape: [null, null, 5] }));
    expect(layer.weights[0].shape).toEqual([1, 1, 5]);
    expect(layers.prelu({ sharedAxes: 1 }).getConfig()).toMatchObject({ sharedAxes: [1] });
  });

  test('rejects shared axes that the input lacks', () => {
    expect(() => layers.prelu({ sharedAxes: [1, 9] }).apply(input({ shape: [4] }))).toThrow(
      expect.objectContaining({ code: 'axis', data: expect.objectContaining({ axis: 9, rank: 2 }) }),
    );
  });

  test('rejects unknown or changed lengths of axes that are not shared', () => {
    expect(() => layers.prelu().apply(input({ shape: [null, 5] }))).toThrow(expect.objectContaining({ code: 'shape' }));
    const layer = layers.prelu();
    layer.apply(tensor([[1, 2]]));
    expect(() => layer.apply(tensor([[1, 2, 3]]))).toThrow(expect.objectContaining({ code: 'shape' }));
  });
});

describe('softmax layer', () => {
  test('normalizes to probabilities along an axis', async () => {
    expect(
      await layers
        .softmax({ axis: 0 })
        .apply(
          tensor([
            [0, 1],
            [0, 1],
          ]),
        )
        .array(),
    ).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
  });

  test('returns 0 for masked elements, even where all are masked', async () => {
    const x = tensor([
      [5, 1, 1],
      [5, 1, 1],
    ]);
    const mask = tensor([
      [false, true, true],
      [false, false, false],
    ]);
    expect(await layers.softmax().apply(x, { mask }).array()).toEqual([
      [0, 0.5, 0.5],
      [0, 0, 0],
    ]);
  });

  test('returns 0 for all features of masked steps', async () => {
    const mask = tensor([[true, false]]);
    const y = layers.softmax().apply(
      tensor([
        [
          [1, 1],
          [1, 1],
        ],
      ]),
      { mask },
    );
    expect(await y.array()).toEqual([
      [
        [0.5, 0.5],
        [0, 0],
      ],
    ]);
  });
});
