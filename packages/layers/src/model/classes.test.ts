import '@manabi/backend-cpu/register';
import { beforeEach, expect, test } from '@jest/globals';
import { clearSession, layerFrom, layers, Sequential } from '../index.ts';
import { describeLayer } from '../layer/describe-layer.ts';

beforeEach(clearSession);

test('a description that stands in several places of a config is one layer, two alike are two', () => {
  const dense = describeLayer(layers.dense({ units: 2 }));
  const model = (name: string, layer: unknown) => ({
    kind: 'layer',
    className: 'Sequential',
    config: { name, layers: [layer] },
  });
  const innermost = (config: unknown) => {
    const whole = layerFrom('Sequential', { layers: config });
    const models = whole instanceof Sequential ? whole.layers : [];
    return models.map((each) => (each instanceof Sequential ? each.layers[0] : null));
  };
  const [first, second] = innermost([model('a', dense), model('b', dense)]);
  expect(first).toBe(second);
  const [third, fourth] = innermost([model('a', dense), model('b', { ...dense })]);
  expect(third).not.toBe(fourth);
});
