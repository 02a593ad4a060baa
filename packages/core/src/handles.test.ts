import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  add,
  astype,
  broadcastTo,
  concatenate,
  exp,
  expandDims,
  flip,
  floor,
  index,
  jit,
  memory,
  moveaxis,
  mul,
  power,
  ravel,
  realize,
  registerBackend,
  reshape,
  roll,
  setBackend,
  slice,
  squeeze,
  swapaxes,
  type Tensor,
  tensor,
  transpose,
  trunc,
  zeros,
} from './index.ts';
import { referenceBackend } from './test-backend/reference-backend.fixture.ts';

const backend = referenceBackend();

beforeAll(async () => {
  registerBackend('reference', () => backend);
  await setBackend('reference');
});

describe('a jitted function that returns a value twice', () => {
  const twice = jit((x: Tensor) => {
    const y = add(x, 1);
    return { first: y, second: y, equal: add(x, 1) };
  });

  test('returns two tensors, each of which can be disposed of without the other', async () => {
    const { first, second, equal } = await twice(tensor([1, 2]));
    first.dispose();
    expect(await second.array()).toEqual([2, 3]);
    second.dispose();
    expect(await equal.array()).toEqual([2, 3]);
  });

  test('returns two tensors that can both be donated', async () => {
    const { first, second } = await twice(tensor([1, 2]));
    const sum = jit((a: Tensor, b: Tensor) => add(a, b), { donate: [0, 1] });
    expect(await (await sum(first, second)).array()).toEqual([4, 6]);
  });

  test('returns separate tensors for two equal constants, and for an argument that is returned twice', async () => {
    const [m, v] = await jit((x: Tensor) => [mul(zeros([2]), x), mul(zeros([2]), x)])(tensor([1, 2]));
    m.dispose();
    expect(await v.array()).toEqual([0, 0]);
    const [same, again] = await jit((x: Tensor) => [x, x], { donate: [0] })(await realize(exp(zeros([2]))));
    same.dispose();
    expect(await again.array()).toEqual([1, 1]);
  });
});

describe.each<[string, (x: Tensor) => Tensor]>([
  ['reshape to the same shape', (x) => reshape(x, [2])],
  ['ravel of rank 1', ravel],
  ['transpose of rank 1', (x) => transpose(x)],
  ['swapaxes of an axis with itself', (x) => swapaxes(x, 0, 0)],
  ['moveaxis to the same position', (x) => moveaxis(x, 0, 0)],
  ['expandDims with no axis', (x) => expandDims(x, [])],
  ['squeeze of no axis', (x) => squeeze(x)],
  ['flip along no axis', (x) => flip(x, [])],
  ['roll by the length', (x) => roll(x, 2, 0)],
  ['broadcastTo the same shape', (x) => broadcastTo(x, [2])],
  ['astype to the same dtype', (x) => astype(x, 'int32')],
  ['concatenate of one tensor', (x) => concatenate([x])],
  ['floor of integers', floor],
  ['trunc of integers', trunc],
  ['slice of the whole tensor', (x) => slice(x, [0], [2])],
  ['index of the whole tensor', (x) => index(x, [])],
  ['power with exponent 1', (x) => power(x, 1)],
])('%s', (_, same) => {
  test.each([
    ['operand', 'result'],
    ['result', 'operand'],
  ])('disposing of the %s does not invalidate the %s', async (which) => {
    const x = tensor(Int32Array.of(3, 4));
    const y = same(x);
    const [gone, kept] = which === 'operand' ? [x, y] : [y, x];
    gone.dispose();
    expect(await kept.array()).toEqual([3, 4]);
    expect(gone.state).toBe('disposed');
  });

  test('releases the memory when operand and result are both disposed of', async () => {
    const x = await realize(add(tensor(Int32Array.of(3, 4)), 0));
    const y = same(x);
    const { buffers } = memory();
    x.dispose();
    expect(memory().buffers).toBe(buffers);
    y.dispose();
    expect(memory().buffers).toBe(buffers - 1);
  });
});
