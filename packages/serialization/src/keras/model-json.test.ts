import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { clearSession, Layer, layers, sequential, type Tensors } from '@manabi/layers';
import { modelFromJson, modelToJson } from './index.ts';

beforeEach(clearSession);

/** What `model.to_json()` of Keras 3.15 and of Keras 2.21 (`tf_keras`) returns for a small model. */
const written: Readonly<Record<'keras3' | 'keras2', object>> = JSON.parse(
  readFileSync(new URL('./goldens/to-json.json', import.meta.url), 'utf8'),
);

describe('modelFromJson', () => {
  test('creates and compiles a model from the JSON of Keras 3', async () => {
    const model = await modelFromJson(JSON.stringify(written.keras3));
    expect(model.layers.map(({ className }) => className)).toEqual(['Dense', 'BatchNormalization', 'Dense']);
    expect(model.countParams()).toBe(35);
    expect(model.compiled).toBe(true);
    expect((await modelFromJson(JSON.stringify(written.keras3), { compile: false })).compiled).toBe(false);
  });

  test('creates a model from the JSON of Keras 2', async () => {
    const model = await modelFromJson(JSON.stringify(written.keras2));
    expect(model.layers.map(({ className }) => className)).toEqual(['InputLayer', 'LSTM', 'Dense']);
    expect(model.countParams()).toBe(138);
  });

  test('rejects other text, and unknown layers, by name', async () => {
    await expect(modelFromJson('[1')).rejects.toMatchObject({ code: 'corrupt' });
    await expect(modelFromJson('[]')).rejects.toMatchObject({ code: 'corrupt' });
    await expect(modelFromJson('{"class_name":"Sequentil","config":{}}')).rejects.toMatchObject({
      code: 'unsupported',
      data: { className: 'Sequentil' },
    });
  });
});

describe('modelToJson', () => {
  test('returns JSON from which modelFromJson creates the same layers', async () => {
    const model = sequential([
      layers.dense({ units: 3, activation: 'relu', inputShape: [4], name: 'first' }),
      layers.dense({ units: 2, kernelRegularizer: 'l2', name: 'last' }),
    ]);
    const json = await modelToJson(model);
    clearSession();
    expect(await modelToJson(await modelFromJson(json))).toBe(json);
  });

  test('rejects classes that are not registered', async () => {
    class Own extends Layer {
      static override readonly className: string = 'Own';

      override call(inputs: Tensors): Tensors {
        return inputs;
      }
    }
    await expect(modelToJson(sequential([new Own({ inputShape: [1] }, {})]))).rejects.toMatchObject({
      code: 'argument',
    });
  });
});
