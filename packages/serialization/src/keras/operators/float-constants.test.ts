import { expect, test } from '@jest/globals';
import type { JsonObject } from '../json.ts';
import { withFloatConstants } from './float-constants.ts';

const tensor = (layer: string, dtype: string): JsonObject => ({
  class_name: '__keras_tensor__',
  config: { shape: [null, 4], dtype, keras_history: [layer, 0, 0] },
});

const entry = (name: string, className: string, args: JsonObject['args']): JsonObject => ({
  class_name: className,
  name,
  inbound_nodes: [{ args, kwargs: {} }],
});

test('a number that turns integers into floats becomes a float array; other numbers are unchanged', () => {
  const entries = [
    entry('scaled', 'Multiply', [tensor('ids', 'int32'), 2]),
    entry('shifted', 'Add', [tensor('ids', 'int32'), 1]),
    entry('sum', 'Add', [tensor('scaled', 'float32'), 3]),
    entry('dense', 'Dense', [tensor('sum', 'float32'), tensor('shifted', 'int32')]),
  ];
  const [scaled, ...others] = withFloatConstants(entries);
  const two = { class_name: '__numpy__', config: { value: 2, dtype: 'float32' } };
  expect(scaled.inbound_nodes).toEqual([{ args: [tensor('ids', 'int32'), two], kwargs: {} }]);
  expect(others).toEqual(entries.slice(1));
});
