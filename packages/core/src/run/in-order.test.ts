import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  add,
  dispatch,
  exp,
  jit,
  mul,
  realize,
  registerBackend,
  setBackend,
  type Tensor,
  tensor,
  zeros,
} from '../index.ts';
import {
  type DelayedBackend,
  delayedBackend,
  type Gate,
  gate,
  nextIteration,
} from '../test-backend/delayed-backend.fixture.ts';
import { rejection } from '../test-backend/errors.fixture.ts';

/** Gate for which reads on the slow backend wait. */
let reading: Gate;
let slow: DelayedBackend;
let quick: DelayedBackend;

beforeEach(async () => {
  reading = gate();
  slow = delayedBackend({
    name: 'slow',
    delay: (operation) => (operation === 'read' ? reading.opened : nextIteration()),
  });
  quick = delayedBackend({ name: 'quick', delay: nextIteration });
  registerBackend('slow', () => slow);
  registerBackend('quick', async () => quick);
  await setBackend('slow');
});

const increment = jit((x: Tensor) => add(x, 1), { donate: [0] });

describe('queues of backends', () => {
  test('let steps run on one backend during a read on another', async () => {
    const x = await realize(exp(tensor([0, 0])));
    const elements = x.array();
    await setBackend('quick');
    let y = await realize(exp(tensor([0])));
    for (let step = 0; step < 3; step++) y = await increment(y);
    expect(await y.array()).toEqual([4]);
    expect(slow.log.at(-1)).toBe('read begins');
    reading.open();
    expect(await elements).toEqual([1, 1]);
  });

  test('run steps and reads on one backend in the order in which they were called', async () => {
    let x = await realize(exp(tensor([0])));
    const first = x.array();
    x = dispatch(increment, [x]).result;
    x = dispatch(increment, [x]).result;
    const last = x.array();
    for (let i = 0; i < 5; i++) await nextIteration();
    expect(slow.log.filter((line) => line === 'run begins')).toHaveLength(1);
    reading.open();
    expect(await first).toEqual([1]);
    expect(await last).toEqual([3]);
  });

  test('run an operation on the backend that was current when it was called', async () => {
    const reads = [exp(tensor([0])).array()];
    const pending = exp(tensor([1]));
    const realized = realize(pending);
    await setBackend('quick');
    reading.open();
    await Promise.all([...reads, realized]);
    expect(pending.backend).toBe('slow');
  });

  test('run a jitted function on the current backend unless its arguments are on another one', async () => {
    const double = jit((x: Tensor) => mul(x, 2));
    expect((await double(tensor([1]))).backend).toBe('slow');
    await setBackend('quick');
    expect((await double(tensor([1]))).backend).toBe('quick');
    const there = await realize(exp(tensor([1])));
    await setBackend('slow');
    expect((await double(there)).backend).toBe('quick');
  });
});

describe('values that are not on a backend', () => {
  test('are uploaded to the backend of the first call that reads them', async () => {
    const shared = tensor([1, 2]);
    const first = realize(add(shared, 1));
    await setBackend('quick');
    const sum = add(shared, 2);
    reading.open();
    expect(await sum.array()).toEqual([3, 4]);
    expect(sum.backend).toBe('slow');
    await first;
  });

  test('can be used on another backend after a call on the first one failed', async () => {
    const shared = tensor([1, 2]);
    const first = realize(add(shared, 1));
    slow.lose('');
    await setBackend('quick');
    const sum = add(shared, 2);
    const values = sum.array();
    await rejection(first);
    expect(await values).toEqual([3, 4]);
    expect(sum.backend).toBe('quick');
  });

  test('are computed only once if two calls on one backend read them', async () => {
    const constant = exp(zeros([2]));
    reading.open();
    const [one, other] = await Promise.all([constant.array(), add(constant, 1).array()]);
    expect([one, other]).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(constant.state).toBe('stored');
  });
});

test('dispose releases a tensor after the runs that read it, and does not wait for other backends', async () => {
  const x = await realize(exp(tensor([0, 0])));
  const elements = x.array();
  x.dispose();
  await setBackend('quick');
  const y = await realize(exp(tensor([0])));
  const before = quick.memory().buffers;
  y.dispose();
  expect(quick.memory().buffers).toBe(before - 1);
  const held = slow.memory().buffers;
  reading.open();
  expect(await elements).toEqual([1, 1]);
  await nextIteration();
  expect(slow.memory().buffers).toBe(held - 1);
});

test('Tensor.to copies the elements at the time of the call, and does not delay later steps on the target backend', async () => {
  let x = await realize(exp(tensor([0])));
  x = dispatch(increment, [x]).result;
  const moved = x.to('quick');
  dispatch(increment, [x]);
  await setBackend('quick');
  const y = await increment(tensor([1]));
  expect(await y.array()).toEqual([2]);
  reading.open();
  expect(await (await moved).array()).toEqual([2]);
  expect((await moved).backend).toBe('quick');
});
