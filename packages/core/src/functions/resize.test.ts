import { beforeAll, expect, test } from '@jest/globals';
import { registerBackend, resize, tensor, zeros } from '../index.ts';
import { thrown } from '../test-backend/errors.fixture.ts';
import { referenceBackend } from '../test-backend/reference-backend.fixture.ts';

beforeAll(() => registerBackend('reference', () => referenceBackend()));

test('resize with interpolation `nearest` repeats elements and preserves the dtype', async () => {
  const x = tensor([[1, 2]], { dtype: 'uint8' });
  const larger = resize(x, { axes: [0, -1], lengths: [2, 3], interpolation: 'nearest' });
  expect(larger.dtype).toBe('uint8');
  expect(await larger.array()).toEqual([
    [1, 2, 2],
    [1, 2, 2],
  ]);
});

test('resize interpolates linearly between half-pixel centres by default', async () => {
  const y = resize(tensor([0, 4]), { axes: [0], lengths: [4] });
  expect(await y.array()).toEqual([0, 1, 3, 4]);
});

test('resize rejects invalid lengths and axes', () => {
  const x = zeros([2, 3]);
  expect(thrown(() => resize(x, { axes: [0], lengths: [] }))).toMatchObject({ code: 'argument', op: 'resize' });
  expect(thrown(() => resize(x, { axes: [0], lengths: [0] }))).toMatchObject({ code: 'argument' });
  expect(thrown(() => resize(x, { axes: [2], lengths: [4] }))).toMatchObject({ code: 'axis' });
  expect(thrown(() => resize(zeros([0, 3]), { axes: [0], lengths: [4] }))).toMatchObject({
    code: 'shape',
    data: { axis: 0 },
  });
});
