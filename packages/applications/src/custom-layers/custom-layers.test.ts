import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { clearSession, input, model, register } from '@manabi/layers';
import { loadModel, saveModelBytes } from '@manabi/serialization';
import { CustomScaleLayer, convNeXtTiny, inceptionResNetV2, LayerScale } from '../index.ts';

beforeEach(clearSession);

describe('the layers of single networks', () => {
  test('are loaded with a saved model', async () => {
    register('layer', 'CustomScaleLayer', CustomScaleLayer);
    register('layer', 'LayerScale', LayerScale);
    const [x, y] = [input({ shape: [2] }), input({ shape: [2] })];
    const scaled = new LayerScale({ initValues: 3, projectionDim: 2 }).apply(x);
    const whole = model({ inputs: [x, y], outputs: new CustomScaleLayer({ scale: 0.5 }).apply([scaled, y]) });
    const loaded = await loadModel(await saveModelBytes(whole));
    const data = [tensor([[1, 2]]), tensor([[4, 6]])];
    for (const each of [whole, loaded]) expect(await (await each.predict(data)).array()).toEqual([[5, 9]]);
  });

  test('are registered by their networks', async () => {
    const options = { weights: null, includeTop: false } as const;
    await inceptionResNetV2(options);
    await convNeXtTiny(options);
    const base = await convNeXtTiny({ ...options, name: 'again' });
    expect(base.layers.filter(({ className }) => className === 'LayerScale')).toHaveLength(18);
  });

  test('reject wrong options and numbers of inputs', () => {
    const argument = expect.objectContaining({ code: 'argument' });
    expect(() => new CustomScaleLayer({ scale: Number.NaN })).toThrow(argument);
    expect(() => new LayerScale({ initValues: 1, projectionDim: 0 })).toThrow(argument);
    expect(() => new CustomScaleLayer({ scale: 1 }).apply(tensor([1]))).toThrow(argument);
    // @ts-expect-error: the name is wrong
    expect(() => new LayerScale({ initValues: 1, projectionDim: 2, factor: 3 })).toThrow(argument);
  });
});
