import { expect, jest, test } from '@jest/globals';

jest.unstable_mockModule('onnxruntime-node', () => {
  throw new Error('Cannot find package');
});
const { openSession } = await import('./session.ts');

test('openSession names onnxruntime-node in its error if the package is not installed', async () => {
  await expect(openSession(new Uint8Array())).rejects.toMatchObject({
    code: 'argument',
    data: { package: 'onnxruntime-node' },
  });
});
