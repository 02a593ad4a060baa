import { expect, test } from '@jest/globals';
import { add, dispatch, exp, jit, registerBackend, type Tensor, tensor } from '../index.ts';
import { delayedBackend, gate, nextIteration } from '../test-backend/delayed-backend.fixture.ts';

const starting = gate();
const backend = delayedBackend({ name: 'late', delay: nextIteration });
let starts = 0;

registerBackend('late', async () => {
  starts++;
  await starting.opened;
  if (starts === 1) throw new Error('no adapter');
  return backend;
});

test('calls that are made while a backend starts run in order after the start, or fail if the backend cannot start', async () => {
  const increment = jit((x: Tensor) => add(x, 1), { donate: [0] });
  const early = exp(tensor([0])).array();
  starting.open();
  expect(await early.catch((error: unknown) => String(error))).toMatch(/no adapter/);

  const first = dispatch(increment, [tensor([1])]);
  const read = first.result.array();
  const second = dispatch(increment, [first.result]);
  expect(first.result.state).toBe('pending');
  expect(await read).toEqual([2]);
  expect(await second.result.array()).toEqual([3]);
  expect(starts).toBe(2);
});
