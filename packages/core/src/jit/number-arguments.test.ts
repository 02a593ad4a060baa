import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  add,
  astype,
  bitwiseAnd,
  clip,
  concatenate,
  div,
  equal,
  floorDivide,
  full,
  fullLike,
  grad,
  greater,
  inspect,
  jit,
  leftShift,
  maximum,
  mod,
  mul,
  power,
  random,
  registerBackend,
  rightShift,
  scan,
  setBackend,
  sigmoidCrossEntropy,
  sin,
  slice,
  stack,
  sub,
  sum,
  type Tensor,
  take,
  tensor,
  warmup,
  where,
} from '../index.ts';
import { rejection } from '../test-backend/errors.fixture.ts';
import { referenceBackend } from '../test-backend/reference-backend.fixture.ts';

const backend = referenceBackend();

beforeAll(async () => {
  registerBackend('reference', () => backend);
  await setBackend('reference');
});

const values = {
  float32: tensor([0.5, 2]),
  float64: tensor(Float64Array.of(0.5, 2)),
  int32: tensor(Int32Array.of(5, -7)),
  uint32: tensor(Uint32Array.of(5, 7)),
  uint8: tensor(Uint8Array.of(5, 7)),
  bool: tensor([true, false]),
};
type Name = keyof typeof values;
// A jitted function accepts a number in place of a tensor.
type Binary = (x: Tensor, n: Tensor) => Tensor;
const withNumber = (f: Binary, x: Tensor, n: number): Tensor => f(x, n as unknown as Tensor);

const functions: readonly (readonly [string, Binary, readonly Name[], readonly number[]])[] = [
  ['add', add, ['float32', 'float64', 'int32', 'uint32', 'uint8', 'bool'], [3, 1]],
  ['add of a fraction', add, ['float32', 'float64', 'bool'], [0.1, 1 / 3]],
  ['sub with the number first', (x, n) => sub(n, x), ['float32', 'float64', 'int32'], [7, 16777217]],
  ['mul', mul, ['float32', 'float64', 'int32', 'uint32'], [3, 0]],
  ['div', div, ['float32', 'float64', 'int32'], [3, 0.1]],
  ['floorDivide', floorDivide, ['float32', 'float64', 'int32', 'uint8'], [2, 3]],
  ['mod', mod, ['float64', 'int32', 'uint32'], [2, 3]],
  ['maximum', maximum, ['float64', 'int32', 'bool'], [6, -1]],
  ['equal', equal, ['float64', 'int32', 'bool'], [2, 1]],
  ['greater', greater, ['float64', 'int32', 'uint8'], [2, 6]],
  ['clip', (x, n) => clip(x, n, null), ['float32', 'float64', 'int32'], [1, 6]],
  ['where', (x, n) => where(greater(x, 1), x, n), ['float64', 'int32', 'uint8'], [9, 2]],
  ['where with the number as condition', (x, n) => where(n, x, 0), ['float64', 'int32'], [0, 2]],
  ['bitwiseAnd', bitwiseAnd, ['int32', 'uint32', 'uint8'], [6, 3]],
  ['leftShift', leftShift, ['int32', 'uint32', 'uint8'], [1, 3]],
  ['rightShift', rightShift, ['int32', 'uint8'], [1, 2]],
  ['take', (x, n) => take(x, n), ['float32', 'int32'], [1, 0]],
  ['stack', (x, n) => stack([take(x, 0), n]), ['float64', 'int32', 'uint8', 'bool'], [3, 200]],
  ['concatenate', (x, n) => concatenate([x, full([1], n, { dtype: x.dtype })]), ['float64', 'int32'], [3, 16777217]],
  ['full', (x, n) => add(x, full([2], n, { dtype: x.dtype })), ['float64', 'int32', 'uint8'], [3, 1]],
  ['full without a dtype', (x, n) => add(x, full([2], n)), ['float32', 'int32'], [3, 0.5]],
  ['fullLike', (x, n) => fullLike(x, n as unknown as number), ['float64', 'int32', 'bool'], [3, 0]],
  ['astype', (x, n) => add(x, astype(n, x.dtype)), ['float64', 'int32', 'uint32'], [16777217, 2.75]],
  ['a function of the number alone', (x, n) => add(x, sin(n)), ['float32'], [3, 0.1]],
  ['arithmetic of the number alone', (x, n) => add(x, add(n, 1)), ['float32', 'int32'], [3, 0.1]],
  ['sigmoidCrossEntropy', (x, n) => sigmoidCrossEntropy(x, n), ['float32', 'float64'], [1, 0.1]],
  ['power of the number', (x, n) => power(n, x), ['float32', 'float64'], [3, 0.1]],
  ['the number itself', (_, n) => (typeof n === 'number' ? astype(n, 'float32') : n), ['int32'], [3, 0.1]],
];

describe.each(functions)('%s', (_, f, names, numbers) => {
  test.each(names)(
    'with a number argument of a jitted function, returns the result of eager code for tensors of %s',
    async (name) => {
      const x = values[name];
      const jitted = jit((a: Tensor, n: Tensor) => f(a, n));
      for (const n of [...numbers, ...numbers]) {
        const [actual, expected] = [await jitted(x, n), withNumber(f, x, n)];
        expect(actual.dtype).toBe(expected.dtype);
        expect(await actual.data()).toEqual(await expected.data());
      }
    },
  );
});

describe('a number argument of a jitted function', () => {
  test('is rejected as in eager code if the dtype cannot represent it', async () => {
    const f = jit((x: Tensor, n: Tensor) => add(x, n));
    expect(await (await f(values.int32, 3)).array()).toEqual([8, -4]);
    expect(await rejection(f(values.int32, 0.5))).toMatchObject({
      code: 'value',
      data: { value: 0.5, dtype: 'int32' },
    });
    expect(await rejection(f(values.uint8, 256))).toMatchObject({
      code: 'value',
      data: { value: 256, dtype: 'uint8' },
    });
    expect(await rejection(f(values.uint8, -1))).toMatchObject({ code: 'value' });
    expect(await (await f(values.int32, 4)).array()).toEqual([9, -3]);
  });

  test('causes another trace only if the dtype of a result depends on whether it is an integer, and this changes', async () => {
    let traced = 0;
    const f = jit((x: Tensor, n: Tensor) => {
      traced++;
      return mul(x, n);
    });
    for (const n of [1, 0.5, 0, -3, 1e30, Number.NaN]) await f(values.float32, n);
    expect(traced).toBe(1);
    for (const n of [1, 2, 3]) await f(values.bool, n);
    expect(traced).toBe(2);
    expect((await f(values.bool, 0.5)).dtype).toBe('float32');
    expect((await f(values.bool, 2)).dtype).toBe('int32');
    expect(traced).toBe(3);
  });

  test('keeps all its digits when it is combined with tensors of several dtypes', async () => {
    const f = jit((a: Tensor, b: Tensor, c: Tensor, n: Tensor) => [add(a, n), add(b, n), add(c, n), n]);
    const [a, b, c, n] = await f(values.float32, values.float64, values.int32, 16777217);
    expect(await a.array()).toEqual([16777216, 16777218]);
    expect(await b.array()).toEqual([16777217.5, 16777219]);
    expect(await c.array()).toEqual([16777222, 16777210]);
    expect([n.dtype, await n.item()]).toEqual(['float32', 16777216]);
  });

  test('may be a number that the dtype of the tensors cannot represent if the function does not use it', async () => {
    const f = jit((x: Tensor, _n: Tensor) => add(x, 1));
    expect(await (await f(values.int32, 3)).array()).toEqual([6, -6]);
    expect(await (await f(values.int32, 0.5)).array()).toEqual([6, -6]);
  });

  test('keeps all its digits inside grad and scan', async () => {
    const slope = jit((x: Tensor, n: Tensor) => grad((y: Tensor) => sum(mul(mul(y, y), n)))(x));
    expect(await (await slope(values.float64, 0.1)).array()).toEqual([0.1, 0.4]);
    const counted = jit((x: Tensor, n: Tensor) =>
      scan((carry: Tensor, each: Tensor) => [add(mul(carry, n), each), each], slice(x, [0], [1]), x),
    );
    const [last] = await counted(values.int32, 16777217);
    expect(await last.array()).toEqual([Math.imul(Math.imul(5, 16777217) + 5, 16777217) - 7]);
  });

  test('keeps all its digits in random.foldIn', async () => {
    const key = random.key(1);
    const f = jit((from: Tensor, step: Tensor) => random.foldIn(from, step));
    expect(await (await f(key, 16777217)).data()).toEqual(await random.foldIn(key, 16777217).data());
    expect(await (await f(key, 16777216)).data()).not.toEqual(await random.foldIn(key, 16777217).data());
  });

  test('is supported by warmup, inspect and the option `donate`', async () => {
    const f = jit((state: { w: Tensor; rate: Tensor }) => mul(state.w, state.rate), { donate: [0] });
    await warmup(f, { w: { shape: [2], dtype: 'float64' }, rate: 0.1 });
    expect(await inspect(f, { w: { shape: [2], dtype: 'float64' }, rate: 0.1 })).toContain('mul');
    expect(await (await f({ w: tensor(Float64Array.of(1, 2)), rate: 0.1 })).array()).toEqual([0.1, 0.2]);
  });
});
