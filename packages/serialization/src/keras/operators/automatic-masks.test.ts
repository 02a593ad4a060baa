import { expect, test } from '@jest/globals';
import type { JsonObject } from '../json.ts';
import { withoutAutomaticMasks } from './automatic-masks.ts';

const tensor = (layer: string): JsonObject => ({
  class_name: '__keras_tensor__',
  config: { shape: [null, 5, 3], dtype: 'float32', keras_history: [layer, 0, 0] },
});

const entry = (module: string, className: string, name: string, args: JsonObject[], kwargs = {}): JsonObject => ({
  module,
  class_name: className,
  name,
  config: { name, ...(className === 'Embedding' ? { mask_zero: true } : {}) },
  inbound_nodes: args.length === 0 ? [] : [{ args, kwargs }],
});

test('withoutAutomaticMasks removes 64 operators that each combine a mask with itself, in linear time', () => {
  const blocks = Array.from({ length: 64 }, (_, i) => {
    const [mask, x] = i === 0 ? ['mask', 'words'] : [`any${i - 1}`, `dense${i - 1}`];
    return [
      entry('keras.src.ops.numpy', 'LogicalOr', `any${i}`, [tensor(mask), tensor(mask)]),
      entry('keras.layers', 'Dense', `dense${i}`, [tensor(x)], { mask: tensor(`any${i}`) }),
    ];
  }).flat();
  const config = {
    layers: [
      entry('keras.layers', 'InputLayer', 'input', []),
      entry('keras.layers', 'Embedding', 'words', [tensor('input')]),
      entry('keras.src.ops.numpy', 'NotEqual', 'mask', [tensor('input')]),
      ...blocks,
    ],
    output_layers: [['dense63', 0, 0]],
  };
  const layers = withoutAutomaticMasks(config.layers, config.output_layers);
  const dense = Array.from({ length: 64 }, (_, i) =>
    entry('keras.layers', 'Dense', `dense${i}`, [tensor(i === 0 ? 'words' : `dense${i - 1}`)]),
  );
  expect(layers.filter((layer) => layer !== null)).toEqual([...config.layers.slice(0, 2), ...dense]);
});
