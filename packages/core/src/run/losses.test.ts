import { beforeEach, describe, expect, test } from '@jest/globals';
import { dispatch, exp, jit, mul, realize, registerBackend, setBackend, type Tensor, tensor } from '../index.ts';
import { type DelayedBackend, delayedBackend, nextIteration } from '../test-backend/delayed-backend.fixture.ts';
import { rejection } from '../test-backend/errors.fixture.ts';

/** All backends that the tests created, the newest last. */
let made: DelayedBackend[] = [];
const newest = (): DelayedBackend => made[made.length - 1];

beforeEach(async () => {
  made = [];
  registerBackend('gpu', () => {
    made.push(delayedBackend({ name: 'gpu', delay: nextIteration }));
    return newest();
  });
  registerBackend('other', () => delayedBackend({ name: 'other', delay: nextIteration }));
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

describe('after the loss of a backend', () => {
  test('its tensors cannot be read, used, moved or donated', async () => {
    const x = await realize(exp(tensor([0])));
    newest().lose('out of power.');
    expect(await rejection(x.array())).toEqual(lost);
    expect(await rejection(realize(mul(x, 2)))).toEqual(lost);
    expect(await rejection(x.to('other'))).toEqual(lost);
    expect(await rejection(x.to('gpu'))).toEqual(lost);
    const error = await rejection(step(x));
    expect(error).toMatchObject({ code: 'backend', data: { lost: true, by: 'the jitted function' } });
    expect(error.message).not.toContain('donated tensors');
  });

  test('its tensors can be disposed of', async () => {
    const x = await realize(exp(tensor([0])));
    const { buffers } = newest().memory();
    newest().lose('');
    x.dispose();
    expect(newest().memory().buffers).toBe(buffers - 1);
    expect(x.state).toBe('disposed');
  });

  test('new tensors use a new backend, for which jitted functions are compiled again', async () => {
    const [first] = [newest()];
    const y = await step(tensor([1]));
    first.lose('');
    const z = await step(tensor([1]));
    expect(made).toHaveLength(2);
    expect(await z.array()).toEqual([2]);
    expect(await rejection(y.array())).toMatchObject({ code: 'backend', data: { lost: true } });
    await setBackend('gpu');
    expect(made).toHaveLength(2);
  });

  test('combining a tensor of the lost backend with one of the new backend throws the error for the loss', async () => {
    const x = await realize(exp(tensor([0])));
    newest().lose('out of power');
    const y = await realize(exp(tensor([0])));
    expect(await rejection(mul(x, y).array())).toEqual(lost);
    expect(await rejection(mul(y, x).array())).toEqual(lost);
  });

  test('other backends still work', async () => {
    newest().lose('');
    await setBackend('other');
    const x = await step(tensor([3]));
    expect(x.backend).toBe('other');
    expect(await x.array()).toEqual([6]);
  });

  test('tensors on the host can still be used', async () => {
    const x = tensor([1, 2]);
    const running = realize(mul(x, 2));
    newest().lose('');
    await rejection(running);
    expect(await mul(x, 2).array()).toEqual([2, 4]);
  });
});

describe('the loss of a backend during', () => {
  test.each<[string, (x: Tensor) => Promise<unknown>]>([
    ['a read', (x) => x.array()],
    ['a run', (x) => realize(mul(x, 2))],
    ['a jitted call', (x) => step(x)],
    ['a dispatched call', (x) => dispatch(step, [x]).done],
  ])('%s is reported in the error of the operation, whose cause is the error of the backend', async (_, operation) => {
    const x = await step(await realize(exp(tensor([0]))));
    const under = operation(x);
    await Promise.resolve();
    newest().lose('out of power');
    const error = await rejection(under);
    expect(error.data).toMatchObject({ backend: 'gpu', lost: true });
    expect(error.message).toContain('out of power');
    expect(error.cause).toBeInstanceOf(Error);
  });

  test('two calls is reported by both calls and by reads of their results', async () => {
    const x = await step(tensor([1]));
    const first = dispatch(step, [x]);
    const second = dispatch(step, [first.result]);
    newest().lose('out of power');
    await rejection(first.done);
    await rejection(second.done);
    expect(await rejection(second.result.array())).toMatchObject({ code: 'backend', data: { lost: true } });
  });
});
