import { describe, expect, test } from '@jest/globals';
import { ClassTable } from './class-table.ts';
import { registered } from './registered.ts';

const place = { op: 'test', name: 'initializer' };

describe('ClassTable', () => {
  let loads = 0;
  const table = new ClassTable<number>('initializer', {
    glorotUniform: { className: 'GlorotUniform', aliases: ['glorot'], make: 1 },
    heNormal: {
      className: 'HeNormal',
      load: async () => {
        loads++;
        return 2;
      },
    },
  });

  test('finds classes by name or alias, ignoring case and underscores', () => {
    const names = ['glorotUniform', 'glorot_uniform', 'GlorotUniform', 'GLOROT'];
    expect(names.map((name) => table.get(name, place))).toEqual([1, 1, 1, 1]);
    expect(table.nameOf(1)).toBe('glorotUniform');
  });

  test('loads a class once, on first use', async () => {
    expect(loads).toBe(0);
    expect(table.isLoaded('heNormal')).toBe(false);
    expect(() => table.get('heNormal', place)).toThrow('used before it is loaded');
    await table.load(['heNormal', 'he_normal', 'glorot'], place);
    expect(loads).toBe(1);
    expect(table.load(['heNormal'], place)).toBeNull();
    expect(table.get('heNormal', place)).toBe(2);
    expect(table.nameOf(2)).toBe('heNormal');
  });

  test('rejects an unknown name and suggests the nearest name, without loading a class', () => {
    const unknown = expect.objectContaining({
      code: 'argument',
      data: expect.objectContaining({ nearest: ['glorotUniform'] }),
    });
    expect(() => table.check('glorotUnifrom', place)).toThrow(unknown);
    expect(() => table.load(['glorotUnifrom'], place)).toThrow(unknown);
  });

  test('row() finds a class by its exact class name or alias only', () => {
    expect(table.row('GlorotUniform')).toMatchObject({ make: 1 });
    expect(table.row('glorot')).toMatchObject({ make: 1 });
    expect(table.row('glorot_uniform')).toBeUndefined();
  });

  test('prefers a registered class to a built-in one, for names with and without a package', () => {
    registered<number>('initializer').set('Sevenths', 7);
    expect([table.get('sevenths', place), table.get('shop>Sevenths', place)]).toEqual([7, 7]);
    expect(() => table.get('shop>HeNormal', place)).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(table.builtIn('Sevenths')).toBeUndefined();
    expect(table.names()).toEqual(['glorotUniform', 'heNormal', 'glorot', 'Sevenths']);
  });
});
