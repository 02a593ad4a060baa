import { describe, expect, test } from '@jest/globals';
import type { Json } from '../json.ts';
import { ConfigPart } from './config-part.ts';
import { layerFromKeras } from './layer-from-keras.ts';
import type { Origin } from './origin.ts';

const origin: Origin = {
  source: 'a.keras',
  generation: 3,
  isFromManabi: false,
  removesMasks: true,
  shared: new Map(),
  olderOptions: null,
  operators: null,
};
const dense = (config: Json): Json => ({ class_name: 'Dense', config });
const sequential = (...layers: Json[]): Json => ({ class_name: 'Sequential', config: { name: 'net', layers } });

describe('ConfigPart', () => {
  const part = new ConfigPart(origin, { a: [{ b: 1 }, 'x'], n: null });

  test('appends keys and indices to its path', () => {
    expect(part.field('a').list()[0].field('b').path).toBe('a[0].b');
    expect(part.field('a').list()[0].field('b').number()).toBe(1);
    expect(part.field('a').list()[1].text()).toBe('x');
  });

  test('treats an entry that is null like a missing entry', () => {
    expect(part.optional('n')).toBeUndefined();
    expect(part.optional('m')).toBeUndefined();
    expect(part.field('toString').isMissing).toBe(true);
  });

  test.each([
    ['text', () => part.field('a').text(), 'a'],
    ['a number', () => part.field('a').list()[1].number(), 'a[1]'],
    ['true or false', () => part.field('n').boolean(), 'n'],
    ['a list', () => part.list(), ''],
    ['an object', () => part.field('a').object(), 'a'],
    ['an object', () => part.field('missing').field('b'), 'missing'],
  ])('rejects a value that is not %s, with its path', (expected, read, path) => {
    expect(read).toThrow(
      expect.objectContaining({ code: 'corrupt', data: expect.objectContaining({ path, expected }) }),
    );
  });
});

describe('layerFromKeras: invalid configs', () => {
  test.each<[string, Json, string, string | null]>([
    ['a number as layer', 5, '', null],
    ['null as class', { class_name: null, config: {} }, 'class_name', null],
    ['null as config', { class_name: 'Dense', config: null, name: 'd' }, 'config', 'd'],
    ['a number as layers', { class_name: 'Sequential', config: { layers: 3 } }, 'config.layers', null],
    ['text as layer', sequential('Dense'), 'config.layers[0]', 'net'],
    ['a number as name', sequential(dense({ name: 7, units: 1 })), 'config.layers[0].config.name', 'net'],
    [
      'null as class of an initializer',
      sequential(dense({ name: 'd', units: 1, kernel_initializer: { class_name: null, config: {} } })),
      'config.layers[0].config.kernel_initializer.class_name',
      'd',
    ],
    [
      'text as length',
      sequential({ class_name: 'InputLayer', config: { name: 'i', batch_shape: [null, 'x'] } }),
      'config.layers[0].config.batch_shape[1]',
      'i',
    ],
    [
      'text as trainable',
      { class_name: 'Sequential', config: { trainable: 'no', layers: [] } },
      'config.trainable',
      null,
    ],
  ])('rejects %s; the error has the path, the layer and the expected type', (_, config, path, layer) => {
    expect(() => layerFromKeras(new ConfigPart(origin, config))).toThrow(
      expect.objectContaining({
        code: 'corrupt',
        data: expect.objectContaining({ source: 'a.keras', path, layer, expected: expect.any(String) }),
      }),
    );
  });
});
