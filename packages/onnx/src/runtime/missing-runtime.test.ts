import { expect, jest, test } from '@jest/globals';

jest.unstable_mockModule('onnxruntime-node', () => {
  throw new Error('Cannot find package');
});
const { openSession } = await import('./session.ts');

test('openSession rejects with the name of the missing package without onnxruntime-node', async () => {
  await expect(openSession(new Uint8Array())).rejects.toMatchObject({
    code: 'argument',
    data: { package: 'onnxruntime-node' },
  });
});
