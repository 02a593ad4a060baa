import { describe, expect, test } from '@jest/globals';
import { add, scalar, type Tensor, tree, zeros } from './index.ts';
import { thrown } from './test-backend/errors.fixture.ts';

const a = scalar(1);
const b = scalar(2);

describe('tree', () => {
  test('leaves and entries return the tensors in plain objects and arrays, and ignore numbers, strings and null', () => {
    const params = { dense: { kernel: a, bias: null }, list: [b, 3, 'x'] };
    expect(tree.leaves(params)).toEqual([a, b]);
    expect(tree.entries(params).map(([path]) => path)).toEqual(['dense.kernel', 'list.0']);
    expect(tree.leaves(a)).toEqual([a]);
    expect(tree.leaves(null)).toEqual([]);
  });

  test('map returns a tree of the same structure, and can combine several trees', () => {
    const params: { readonly w: Tensor; readonly deep: readonly [Tensor, null] } = { w: a, deep: [b, null] };
    const shapes = tree.map((leaf) => leaf.shape, params);
    expect(shapes).toEqual({ w: [], deep: [[], null] });
    const mapped: typeof params = tree.map((x, y) => add(x, y), params, params);
    expect(mapped.deep[1]).toBeNull();
    expect(mapped.w).not.toBe(a);
  });

  test('unflatten restores the tree that flatten received', () => {
    const params = { w: a, deep: [b, undefined] };
    const { leaves, structure } = tree.flatten(params);
    expect(tree.unflatten(structure, leaves)).toEqual(params);
    expect(structure).toEqual(tree.structure({ w: b, deep: [a, undefined] }));
    expect(thrown(() => tree.unflatten(structure, [a]))).toMatchObject({ code: 'argument', data: { places: 2 } });
  });

  test('map accepts trees with keys in another order, and rejects trees with missing keys', () => {
    const swapped = tree.map((_x, y) => y, { x: a, y: b }, { y: a, x: b });
    expect([swapped.x, swapped.y]).toEqual([b, a]);
    expect(thrown(() => tree.map((x) => x, { x: [a] }, { x: [] }))).toMatchObject({
      code: 'argument',
      op: 'tree.map',
      data: { path: '.x' },
    });
    expect(thrown(() => tree.map((x) => x, { x: a }, Object({ y: a })))).toMatchObject({ code: 'argument' });
  });

  test('leaves ignores tensors in instances of classes', () => {
    class Holder {
      readonly tensor = zeros([1]);
    }
    expect(tree.leaves({ holder: new Holder() })).toEqual([]);
  });
});
