import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import {
  add,
  astype,
  type DType,
  fromHost,
  grad,
  hostArray,
  isTensor,
  jit,
  matmul,
  mul,
  random,
  softmax,
  sum,
  type Tensor,
  tensor,
} from './index.ts';

const half = (values: readonly number[]): Tensor => tensor(values, { dtype: 'float16' });

describe('float16 tensors', () => {
  test('hold numbers that are rounded to float16', async () => {
    const x = half([0.1, 65519, 65520, -1e-8]);
    expect(x.dtype).toBe('float16');
    expect(await x.data()).toEqual(Float32Array.of(0.0999755859375, 65504, Infinity, -0));
    expect(await fromHost(hostArray('float16', [1], Float32Array.of(2049))).array()).toEqual([2048]);
    const computed = await jit((y: Tensor) => add(y, 0.1))(half([1]));
    expect(await computed.array()).toEqual([1.099609375]);
  });

  test.each<[DType, DType]>([
    ['bool', 'float16'],
    ['int32', 'float16'],
    ['float16', 'float16'],
    ['float32', 'float32'],
  ])('combined with %s become %s', (other, common) => {
    expect(add(half([1]), tensor([1], { dtype: other })).dtype).toBe(common);
  });

  test('combined with numbers stay float16', async () => {
    const y = mul(half([1000]), 100);
    expect(y.dtype).toBe('float16');
    expect(await y.array()).toEqual([Infinity]);
    expect(await mul(astype(half([1000]), 'float32'), 100).array()).toEqual([100000]);
  });

  test('are summed in float32 and rounded once', async () => {
    // In float16, 2048 + 1 is 2048.
    const ones = new Array<number>(3000).fill(1);
    expect(await sum(half(ones)).array()).toBe(3000);
    const row = tensor([ones], { dtype: 'float16' });
    const column = tensor(ones, { dtype: 'float16', shape: [3000, 1] });
    expect(await matmul(row, column).array()).toEqual([[3000]]);
    // In float16, the exponentials of the softmax would sum to 2048.
    const shares = await softmax(half(new Array<number>(4096).fill(0))).data();
    expect(shares[0]).toBe(2 ** -12);
  });

  test('have gradients of float16', async () => {
    const slope = await jit(grad((x: Tensor) => sum(mul(mul(x, x), x))))(half([1, 2, 3]));
    if (!isTensor(slope)) throw new Error('The gradient must be a tensor.');
    expect(slope.dtype).toBe('float16');
    expect(await slope.array()).toEqual([3, 12, 27]);
  });

  test('random draws stay in their ranges', async () => {
    const uniform = await random.uniform(random.key(1), [20000], { dtype: 'float16' }).data();
    expect(Math.max(...uniform)).toBeLessThan(1);
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(new Set(uniform).size).toBeGreaterThan(1900);
    const between = await random.uniform(random.key(1), [20000], { dtype: 'float16', low: -1000, high: 1000.5 }).data();
    expect(Math.max(...between)).toBeLessThan(1000.5);
    const normal = await random.normal(random.key(2), [20000], { dtype: 'float16' }).data();
    const mean = Array.from(normal).reduce((total, x) => total + x, 0) / normal.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
  });
});
