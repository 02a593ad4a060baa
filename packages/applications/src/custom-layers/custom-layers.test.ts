import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { clearSession, input, model } from '@manabi/layers';
import { loadModel, saveModelBytes } from '@manabi/serialization';
import { CustomScaleLayer, inceptionResNetV2 } from '../index.ts';

beforeEach(clearSession);

describe('the layers of single networks', () => {
  test('are loaded with a saved model', async () => {
    const [x, y] = [input({ shape: [2] }), input({ shape: [2] })];
    const whole = model({ inputs: [x, y], outputs: new CustomScaleLayer({ scale: 0.5 }).apply([x, y]) });
    const loaded = await loadModel(await saveModelBytes(whole));
    const data = [tensor([[3, 6]]), tensor([[4, 6]])];
    for (const each of [whole, loaded]) expect(await (await each.predict(data)).array()).toEqual([[5, 9]]);
  });

  test('are parts of their networks', async () => {
    const base = await inceptionResNetV2({ weights: null, includeTop: false });
    expect(base.layers.filter(({ className }) => className === 'CustomScaleLayer')).toHaveLength(40);
  });

  test('reject wrong options and numbers of inputs', () => {
    const argument = expect.objectContaining({ code: 'argument' });
    expect(() => new CustomScaleLayer({ scale: Number.NaN })).toThrow(argument);
    expect(() => new CustomScaleLayer({ scale: 1 }).apply(tensor([1]))).toThrow(argument);
    // @ts-expect-error: the name is wrong
    expect(() => new CustomScaleLayer({ scale: 1, factor: 3 })).toThrow(argument);
  });
});
