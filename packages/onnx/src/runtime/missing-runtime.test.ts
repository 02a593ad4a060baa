import { expect, jest, test } from '@jest/globals';

jest.unstable_mockModule('onnxruntime-node', () => {
  throw new Error('Cannot find package');
});
const { openSession } = await import('./session.ts');

test('a session without ONNX Runtime is one error that says how to install it', async () => {
  await expect(openSession(new Uint8Array())).rejects.toMatchObject({
    code: 'argument',
    data: { package: 'onnxruntime-node' },
    message: expect.stringContaining('npm install onnxruntime-node'),
  });
});
