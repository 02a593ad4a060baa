import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  add,
  astype,
  cumsum,
  exp,
  jit,
  realize,
  registerBackend,
  scan,
  setBackend,
  type Tensor,
  tensor,
} from '../index.ts';
import { type DelayedBackend, delayedBackend, nextIteration } from '../test-backend/delayed-backend.fixture.ts';
import { rejection } from '../test-backend/errors.fixture.ts';

let small: DelayedBackend;

beforeEach(async () => {
  small = delayedBackend({
    name: 'small',
    delay: nextIteration,
    dtypes: ['float32', 'int32', 'bool'],
    supports: (op, dtype) => op !== 'cumSum' || dtype === 'float32',
  });
  registerBackend('small', () => small);
  registerBackend('full', () => delayedBackend({ name: 'full', delay: nextIteration }));
  await setBackend('small');
});

const single = ['float32', 'int32', 'bool'];

describe('a graph that the backend does not support', () => {
  test('is rejected if an input has an unsupported dtype', async () => {
    const error = await rejection(exp(tensor([1], { dtype: 'float64' })).data());
    expect(error).toMatchObject({
      code: 'dtype',
      data: { dtype: 'float64', backend: 'small', dtypes: single, backends: ['full'] },
    });
    expect(small.log).toEqual([]);
    expect(small.memory().buffers).toBe(0);
  });

  test('is rejected if an intermediate value has an unsupported dtype, with an error that names its operator', async () => {
    const narrow = jit((x: Tensor) => astype(exp(astype(x, 'float64')), 'float32'));
    const error = await rejection(narrow(tensor([1])));
    expect(error).toMatchObject({ code: 'dtype', data: { operator: 'cast', dtype: 'float64' } });
    expect(small.log).toEqual([]);
  });

  test('is rejected if a value in the body of a loop has an unsupported dtype', async () => {
    const wide = (x: Tensor) => astype(exp(astype(x, 'float64')), 'float32');
    const looped = jit(
      (x: Tensor) => scan((carry: Tensor) => [wide(carry), carry] as const, x, null, { length: 3 })[0],
    );
    expect(await rejection(looped(tensor([1])))).toMatchObject({ code: 'dtype', data: { operator: 'cast' } });
  });

  test('is rejected if an operator does not support a dtype, with an error that names the dtypes it supports', async () => {
    expect(await cumsum(tensor([2, 1])).array()).toEqual([2, 3]);
    const error = await rejection(cumsum(tensor([2, 1], { dtype: 'int32' })).data());
    expect(error).toMatchObject({
      code: 'backend',
      data: { operator: 'cumSum', dtype: 'int32', dtypes: ['float32'], backends: ['full'] },
    });
  });

  test('can run on another backend afterwards', async () => {
    const x = tensor([1, 2], { dtype: 'float64' });
    const y = add(x, 1);
    await rejection(realize(y));
    await setBackend('full');
    expect(await y.array()).toEqual([2, 3]);
  });
});

test('a tensor cannot be moved to a backend that does not support its dtype', async () => {
  await setBackend('full');
  const x = await realize(exp(tensor([0], { dtype: 'float64' })));
  expect(await rejection(x.to('small'))).toMatchObject({
    code: 'dtype',
    data: { dtype: 'float64', dtypes: single },
  });
  expect(await x.array()).toEqual([1]);
});
