import { beforeAll, describe, expect, test } from '@jest/globals';
import { canonicalElements, type HostArray, hostArray } from '@manabi/ir';
import {
  astype,
  equal,
  fromHost,
  full,
  fullLike,
  jit,
  linspace,
  registerBackend,
  scalar,
  setBackend,
  sum,
  type Tensor,
  tensor,
  where,
} from './index.ts';
import { referenceBackend } from './test-backend/reference-backend.fixture.ts';

const bytes = () => Uint8Array.of(0, 1, 2, 255);
const truths = Uint8Array.of(0, 1, 1, 1);

beforeAll(async () => {
  registerBackend('reference', () => referenceBackend('reference'));
  await setBackend('reference');
});

/** Returns the elements of a bool tensor, and the results of several tensor functions that read it. */
async function observe(x: Tensor): Promise<unknown> {
  const [count, same, chosen] = [sum(x), equal(x, true), where(x, 7, 8)];
  return [await x.data(), await x.array(), await count.item(), await same.array(), await chosen.array()];
}

const expected = [truths, [false, true, true, true], 3, [false, true, true, true], [8, 7, 7, 7]];

describe('bool tensors convert bytes and numbers other than 0 to 1', () => {
  test('when they are created from a typed array', async () => {
    expect(await observe(tensor(bytes(), { dtype: 'bool' }))).toEqual(expected);
  });

  test('when they are created from nested arrays of numbers', async () => {
    expect(await observe(tensor([0, 1, 2, -0.5], { dtype: 'bool' }))).toEqual(expected);
  });

  test('when they are created from a host array, whose bytes stay unchanged', async () => {
    const host = hostArray('bool', [4], bytes());
    expect(await observe(fromHost(host))).toEqual(expected);
    expect(host.data).toEqual(bytes());
  });

  test('when a host array is passed to a jitted function', async () => {
    const host: HostArray = { dtype: 'bool', shape: [4], data: bytes() };
    const f = jit((x: Tensor) => [sum(x), x, astype(x, 'int32')]);
    // The first call traces the function, and the second call runs the compiled graph.
    for (let call = 0; call < 2; call++) {
      const [count, same, numbers] = await f(host);
      expect([await count.item(), await same.data(), await numbers.array()]).toEqual([3, truths, [0, 1, 1, 1]]);
    }
    expect(host.data).toEqual(bytes());
  });
});

describe.each([
  ['eager', (make: () => Tensor): Promise<Tensor> => Promise.resolve(make())],
  ['jitted', (make: () => Tensor): Promise<Tensor> => jit(make)()],
])('conversion of a number to bool in %s code', (_, run) => {
  test.each([
    [2, 1],
    [-1, 1],
    [0.5, 1],
    [Number.NaN, 1],
    [true, 1],
    [0, 0],
    [-0, 0],
    [false, 0],
  ])('returns the result of NumPy for %p', async (value, truth) => {
    const options = { dtype: 'bool' } as const;
    expect(await (await run(() => scalar(value, options))).item()).toBe(truth);
    expect(await (await run(() => full([2], value, options))).data()).toEqual(Uint8Array.of(truth, truth));
    expect(await (await run(() => full([2], scalar(Number(value)), options))).data()).toEqual(
      Uint8Array.of(truth, truth),
    );
    expect(await (await run(() => fullLike(tensor([true]), value))).data()).toEqual(Uint8Array.of(truth));
    expect(await (await run(() => sum(full([3], value, options)))).item()).toBe(3 * truth);
  });
});

test('canonicalElements returns an array of 0 and 1, or of float32, without a copy', () => {
  const array = hostArray('bool', [4], truths.slice());
  expect(canonicalElements(array)).toBe(array);
  const numbers = hostArray('uint8', [4], bytes());
  expect(canonicalElements(numbers)).toBe(numbers);
});

test('linspace rounds down for integer dtypes, and converts nonzero numbers to true for bool', async () => {
  expect(await linspace(-1.5, 1.5, 4, { dtype: 'int32' }).array()).toEqual([-2, -1, 0, 1]);
  expect(await linspace(0, 1, 3, { dtype: 'bool' }).array()).toEqual([false, true, true]);
  expect(() => linspace(-2, 2, 3, { dtype: 'uint8' })).toThrow(expect.objectContaining({ code: 'value' }));
});
