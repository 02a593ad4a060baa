import { beforeAll, expect, test } from '@jest/globals';
import { registerBackend, resize, tensor, zeros } from '../index.ts';
import { thrown } from '../test-backend/errors.fixture.ts';
import { referenceBackend } from '../test-backend/reference-backend.fixture.ts';

beforeAll(() => registerBackend('reference', () => referenceBackend()));

test('nearest places are repeated, of any dtype', async () => {
  const x = tensor([[1, 2]], { dtype: 'uint8' });
  const larger = resize(x, { axes: [0, -1], lengths: [2, 3], interpolation: 'nearest' });
  expect(larger.dtype).toBe('uint8');
  expect(await larger.array()).toEqual([
    [1, 2, 2],
    [1, 2, 2],
  ]);
});

test('by default, values lie on straight lines between centres at halves', async () => {
  const y = resize(tensor([0, 4]), { axes: [0], lengths: [4] });
  expect(await y.array()).toEqual([0, 1, 3, 4]);
});

test('what does not fit is an error', () => {
  const x = zeros([2, 3]);
  expect(thrown(() => resize(x, { axes: [0], lengths: [] }))).toMatchObject({ code: 'argument', op: 'resize' });
  expect(thrown(() => resize(x, { axes: [0], lengths: [0] }))).toMatchObject({ code: 'argument' });
  expect(thrown(() => resize(x, { axes: [2], lengths: [4] }))).toMatchObject({ code: 'axis' });
  expect(thrown(() => resize(zeros([0, 3]), { axes: [0], lengths: [4] }))).toMatchObject({
    code: 'shape',
    data: { axis: 0 },
  });
});
