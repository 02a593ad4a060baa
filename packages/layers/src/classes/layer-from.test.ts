import '@manabi/backend-cpu/register';
import { beforeEach, expect, test } from '@jest/globals';
import { clearSession, cloneModel, input, layers, model, Sequential, sequential } from '../index.ts';
import { describeLayer } from '../layer/describe-layer.ts';
import { layerFrom } from './layer-from.ts';

beforeEach(clearSession);

test('layerFrom creates one layer for a description object that occurs twice, and two for equal objects', async () => {
  const dense = describeLayer(layers.dense({ units: 2 }));
  const described = (name: string, layer: unknown) => ({
    kind: 'layer',
    className: 'Sequential',
    config: { name, layers: [layer] },
  });
  const innermost = async (config: unknown) => {
    const whole = await layerFrom('Sequential', { layers: config });
    const models = whole instanceof Sequential ? whole.layers : [];
    return models.map((each) => (each instanceof Sequential ? each.layers[0] : null));
  };
  const [first, second] = await innermost([described('a', dense), described('b', dense)]);
  expect(first).toBe(second);
  const [third, fourth] = await innermost([described('a', dense), described('b', { ...dense })]);
  expect(third).not.toBe(fourth);
});

test('cloneModel copies layers of every class in a model', () => {
  const x = input({ shape: [4, 3] });
  const y = layers.timeDistributed({ layer: layers.dense({ units: 2 }) }).apply(x);
  const inner = sequential([layers.flatten({ inputShape: [4, 2] }), layers.dense({ units: 1 })]);
  const whole = model({ inputs: x, outputs: inner.apply(y) });
  const copy = cloneModel(whole);
  expect(copy.getConfig()).toEqual(whole.getConfig());
  expect(copy.weights.map(({ shape }) => shape)).toEqual(whole.weights.map(({ shape }) => shape));
  expect(copy.weights[0]).not.toBe(whole.weights[0]);
});
