import { beforeAll, describe, expect, test } from '@jest/globals';
import { assertArraysClose } from '@manabi/testing';
import {
  add,
  astype,
  dotProductAttention,
  einsum,
  grad,
  mul,
  ones,
  random,
  registerBackend,
  repeat,
  reshape,
  slice,
  softmax,
  sum,
  type Tensor,
  tensor,
  tril,
  where,
  zeros,
} from '../index.ts';
import { thrown } from '../test-backend/errors.fixture.ts';
import { referenceBackend } from '../test-backend/reference-backend.fixture.ts';

beforeAll(() => registerBackend('reference', () => referenceBackend()));

const [BATCH, QUERIES, KEYS, HEADS, FEATURES, WIDTH] = [2, 3, 5, 4, 6, 2];
const query = random.normal(random.key(1), [BATCH, QUERIES, HEADS, FEATURES]);
const key = random.normal(random.key(2), [BATCH, KEYS, HEADS, FEATURES]);
const value = random.normal(random.key(3), [BATCH, KEYS, HEADS, WIDTH]);
const bias = random.normal(random.key(4), [HEADS, QUERIES, KEYS]);
const mask = tensor([
  [true, true, false, true, false],
  [true, false, false, false, false],
  [false, false, true, true, true],
]);
const causal = tril(ones([QUERIES, KEYS], { dtype: 'bool' }));

async function expectSame(actual: Tensor, expected: Tensor): Promise<void> {
  expect(actual.shape).toEqual(expected.shape);
  assertArraysClose(await actual.data(), await expected.data(), { rtol: 1e-5, atol: 1e-6 });
}

/** Attention from its definition. */
function defined(q: Tensor, k: Tensor, v: Tensor, shown: Tensor | null, added: Tensor | number, scale: number): Tensor {
  const scores = add(mul(einsum('bqhf,bkhf->bhqk', q, k), scale), added);
  return einsum('bhqk,bkhw->bqhw', softmax(shown === null ? scores : where(shown, scores, -Infinity)), v);
}

describe('dotProductAttention', () => {
  const scale = 1 / Math.sqrt(FEATURES);

  test('computes the mean of the values, weighted by the softmax of the scaled scores', async () => {
    await expectSame(dotProductAttention(query, key, value), defined(query, key, value, null, 0, scale));
    await expectSame(dotProductAttention(query, key, value, { scale: 2 }), defined(query, key, value, null, 0, 2));
  });

  test('restricts keys by a mask and by their positions, and adds a bias', async () => {
    const of = (shown: Tensor | null, added: Tensor | number) => defined(query, key, value, shown, added, scale);
    await expectSame(dotProductAttention(query, key, value, { mask }), of(mask, 0));
    await expectSame(dotProductAttention(query, key, value, { mask: mul(mask, 1) }), of(mask, 0));
    await expectSame(dotProductAttention(query, key, value, { isCausal: true }), of(causal, 0));
    await expectSame(dotProductAttention(query, key, value, { bias }), of(null, bias));
    await expectSame(dotProductAttention(query, key, value, { bias, isCausal: true }), of(causal, bias));
    await expectSame(dotProductAttention(query, key, value, { bias, mask }), of(mask, bias));
  });

  test('returns the mean of all values for a query that attends to no key', async () => {
    const one = tensor([[[[1]], [[4]], [[7]]]]);
    const none = zeros([1, 3], { dtype: 'bool' });
    const q = slice(one, [0, 0, 0, 0], [1, 1, 1, 1]);
    for (const options of [{ mask: none }, { mask: none, isCausal: true }, { mask: none, bias: tensor(1) }]) {
      expect(await dotProductAttention(q, one, one, options).array()).toEqual([[[[4]]]]);
    }
  });

  test('shares each head of keys and values among a group of adjacent query heads', async () => {
    const few = (x: Tensor): Tensor => slice(x, [0, 0, 0, 0], [...x.shape.slice(0, 2), 2, x.shape[3]]);
    const [k, v] = [few(key), few(value)];
    const expected = defined(query, repeat(k, 2, 2), repeat(v, 2, 2), mask, bias, scale);
    await expectSame(dotProductAttention(query, k, v, { mask, bias }), expected);
  });

  test('accepts no batch axis, and several', async () => {
    const first = (x: Tensor): Tensor => reshape(slice(x, [0, 0, 0, 0], [1, ...x.shape.slice(1)]), x.shape.slice(1));
    const all = dotProductAttention(query, key, value, { isCausal: true });
    await expectSame(dotProductAttention(first(query), first(key), first(value), { isCausal: true }), first(all));
    const wide = (x: Tensor): Tensor => reshape(x, [1, ...x.shape]);
    await expectSame(dotProductAttention(wide(query), wide(key), wide(value), { isCausal: true }), wide(all));
  });

  test('has the derivatives of its definition', async () => {
    const loss = (f: (q: Tensor, k: Tensor, v: Tensor, b: Tensor) => Tensor) =>
      grad((all: Tensor[]) => sum(mul(f(all[0], all[1], all[2], all[3]), value.shape[3])))([query, key, value, bias]);
    const actual = loss((q, k, v, b) => dotProductAttention(q, k, v, { mask, bias: b }));
    const expected = loss((q, k, v, b) => defined(q, k, v, mask, b, scale));
    for (const [i, each] of actual.entries()) await expectSame(each, expected[i]);
  });

  test('computes float16 in float32, and keeps masked keys apart from large biases', async () => {
    const half = (x: Tensor): Tensor => astype(x, 'float16');
    const y = dotProductAttention(half(query), half(key), half(value), { mask, bias: half(bias) });
    expect(y.dtype).toBe('float16');
    const expected = await dotProductAttention(query, key, value, { mask, bias }).data();
    assertArraysClose(await y.data(), expected, { rtol: 0, atol: 5e-3 });
  });

  test('rejects shapes that do not match, and masks of floats', () => {
    const shape = { code: 'shape' };
    expect(thrown(() => dotProductAttention(query, value, value))).toMatchObject(shape);
    expect(thrown(() => dotProductAttention(query, key, query))).toMatchObject(shape);
    expect(thrown(() => dotProductAttention(ones([2, 3]), ones([2, 3]), ones([2, 3])))).toMatchObject(shape);
    const three = zeros([BATCH, KEYS, 3, FEATURES]);
    expect(thrown(() => dotProductAttention(query, three, three))).toMatchObject(shape);
    expect(
      thrown(() => dotProductAttention(query, key, value, { mask: zeros([2, 5], { dtype: 'bool' }) })),
    ).toMatchObject(shape);
    expect(thrown(() => dotProductAttention(query, key, value, { bias: zeros([3, 1, 1, 1, 1]) }))).toMatchObject(shape);
    expect(thrown(() => dotProductAttention(query, key, value, { mask: bias }))).toMatchObject({ code: 'dtype' });
  });
});
