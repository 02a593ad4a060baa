import { beforeEach, describe, expect, test } from '@jest/globals';
import { dispatch, exp, jit, mul, realize, registerBackend, setBackend, type Tensor, tensor } from '../index.ts';
import { type DelayedBackend, delayedBackend, nextTurn } from '../test-backend/delayed-backend.fixture.ts';
import { rejection } from '../test-backend/errors.fixture.ts';

/** Every backend that was made, the newest last. */
let made: DelayedBackend[] = [];
const newest = (): DelayedBackend => made[made.length - 1];

beforeEach(async () => {
  made = [];
  registerBackend('gpu', () => {
    made.push(delayedBackend({ name: 'gpu', delay: nextTurn }));
    return newest();
  });
  registerBackend('other', () => delayedBackend({ name: 'other', delay: nextTurn }));
  await setBackend('gpu');
});

const lost = expect.objectContaining({
  code: 'backend',
  message: expect.stringMatching(
    /"gpu" was lost: out of power\..*restore them from a checkpoint.*await setBackend\('gpu'\)/,
  ),
  data: expect.objectContaining({ backend: 'gpu', lost: true, reason: 'unknown' }),
});
const step = jit((x: Tensor) => mul(x, 2), { donate: [0] });

describe('after its backend was lost', () => {
  test('a tensor cannot be read, used, moved or donated', async () => {
    const x = await realize(exp(tensor([0])));
    newest().lose('out of power.');
    expect(await rejection(x.array())).toEqual(lost);
    expect(await rejection(realize(mul(x, 2)))).toEqual(lost);
    expect(await rejection(x.to('other'))).toEqual(lost);
    expect(await rejection(x.to('gpu'))).toEqual(lost);
    const error = await rejection(step(x));
    expect(error).toMatchObject({ code: 'backend', data: { lost: true, by: 'the jitted function' } });
    expect(error.message).not.toMatch(/can be repeated/);
  });

  test('tensors can be disposed of', async () => {
    const x = await realize(exp(tensor([0])));
    const { buffers } = newest().memory();
    newest().lose('');
    x.dispose();
    expect(newest().memory().buffers).toBe(buffers - 1);
    expect(x.state).toBe('disposed');
  });

  test('new tensors go to a new backend, and jitted functions are compiled for it', async () => {
    const [first] = [newest()];
    const y = await step(tensor([1]));
    first.lose('');
    const z = await step(tensor([1]));
    expect(made).toHaveLength(2);
    expect(await z.array()).toEqual([2]);
    await expect(y.array()).rejects.toThrow(/was lost/);
    await setBackend('gpu');
    expect(made).toHaveLength(2);
  });

  test('tensors on the lost and on the new one are not called tensors of two backends', async () => {
    const x = await realize(exp(tensor([0])));
    newest().lose('out of power');
    const y = await realize(exp(tensor([0])));
    expect(await rejection(mul(x, y).array())).toEqual(lost);
    expect(await rejection(mul(y, x).array())).toEqual(lost);
  });

  test('another backend works on', async () => {
    newest().lose('');
    await setBackend('other');
    const x = await step(tensor([3]));
    expect(x.backend).toBe('other');
    expect(await x.array()).toEqual([6]);
  });

  test('what is still on the host can be used again', async () => {
    const x = tensor([1, 2]);
    const running = realize(mul(x, 2));
    newest().lose('');
    await rejection(running);
    expect(await mul(x, 2).array()).toEqual([2, 4]);
  });
});

describe('a loss in the middle of', () => {
  test.each<[string, (x: Tensor) => Promise<unknown>]>([
    ['a read', (x) => x.array()],
    ['a run', (x) => realize(mul(x, 2))],
    ['a jitted call', (x) => step(x)],
    ['a dispatched call', (x) => dispatch(step, [x]).done],
  ])('%s is what it fails with, and what the backend said is the cause', async (_, operation) => {
    const x = await step(await realize(exp(tensor([0]))));
    const under = operation(x);
    await Promise.resolve();
    newest().lose('out of power');
    const error = await rejection(under);
    expect(error.data).toMatchObject({ backend: 'gpu', lost: true });
    expect(error.message).toMatch(/was lost: out of power/);
    expect(error.cause).toBeInstanceOf(Error);
  });

  test('several calls fails each of them, and their results', async () => {
    const x = await step(tensor([1]));
    const first = dispatch(step, [x]);
    const second = dispatch(step, [first.result]);
    newest().lose('out of power');
    await rejection(first.done);
    await rejection(second.done);
    await expect(second.result.array()).rejects.toThrow(/was lost: out of power/);
  });
});
