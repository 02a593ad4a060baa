import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, input, layers } from '../../index.ts';

beforeEach(() => clearSession());

describe('input', () => {
  test('returns a symbolic tensor with an unknown batch axis unless batchSize or batchShape is given', () => {
    const x = input({ shape: [28, null], dtype: 'int32' });
    expect([x.shape, x.dtype, x.rank, x.name]).toEqual([[null, 28, null], 'int32', 3, 'input_layer']);
    expect(input({ shape: [28], batchSize: 4 }).shape).toEqual([4, 28]);
    expect(input({ batchShape: [2, 3], name: 'x' }).name).toBe('x');
    expect(input({ shape: [] }).shape).toEqual([null]);
  });

  test('is restored from its config', async () => {
    const config = layers.inputLayer({ shape: [3], dtype: 'int32', name: 'ids' }).getConfig();
    expect(config).toEqual({ name: 'ids', trainable: true, dtype: 'int32', batchShape: [null, 3] });
    expect((await layerFrom('InputLayer', config)).getConfig()).toEqual(config);
  });

  test('requires a shape and suggests the nearest name for a misspelled option', () => {
    expect(() => input({})).toThrow(expect.objectContaining({ code: 'argument', op: 'input' }));
    const misspelled = Object.assign({ shape: [1] }, { nmae: 'x' });
    expect(() => input(misspelled)).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name: 'nmae', nearest: ['name'] }) }),
    );
  });
});
