import { expect, test } from '@jest/globals';
import { add, getBackend, tensor } from './index.ts';
import { rejection, thrown } from './test-backend/errors.fixture.ts';

test('without a backend, tensors can be created and read; running an operator throws an error that names the import to add', async () => {
  expect(await tensor([1, 2]).array()).toEqual([1, 2]);
  const error = await rejection(add(tensor([1, 2]), 1).data());
  expect(error).toMatchObject({ code: 'backend', data: { registered: [] } });
  expect(error.message).toContain("import '@manabi/backend-cpu/register'");
  expect(thrown(getBackend)).toMatchObject({ code: 'backend' });
});
