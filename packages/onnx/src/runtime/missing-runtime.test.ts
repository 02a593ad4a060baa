import { expect, jest, test } from '@jest/globals';

jest.unstable_mockModule('onnxruntime-node', () => {
  throw new Error('Cannot find package');
});
const { openSession } = await import('./session.ts');

test('openSession rejects with an error that names onnxruntime-node if this package is not installed', async () => {
  await expect(openSession(new Uint8Array())).rejects.toMatchObject({
    code: 'argument',
    data: { package: 'onnxruntime-node' },
  });
});
