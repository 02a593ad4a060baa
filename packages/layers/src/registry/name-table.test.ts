import { describe, expect, test } from '@jest/globals';
import { NameTable } from './name-table.ts';

describe('a table of names', () => {
  const table = new NameTable<number>('initializer', { glorotUniform: 1, heNormal: 2 });

  test('does not care for case and underscores', () => {
    expect([table.get('glorotUniform'), table.get('glorot_uniform'), table.get('GlorotUniform')]).toEqual([1, 1, 1]);
    expect(table.nameOf(2)).toBe('heNormal');
  });

  test('names the nearest for an unknown one', () => {
    expect(() => table.get('glorotUnifrom')).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ nearest: ['glorotUniform'] }) }),
    );
  });

  test('takes new entries', () => {
    table.register('mine', 3);
    expect(table.has('mine')).toBe(true);
    expect(table.names()).toEqual(['glorotUniform', 'heNormal', 'mine']);
  });
});
