import { expect, test } from '@jest/globals';
import { getBackend, layers, ManabiError, sequential, setBackend } from '../index.ts';
import { selectNative } from './native-in-node.ts';

test('selectNative returns null for little work, without importing the backend', async () => {
  const load = () => Promise.reject(new Error('must not be called'));
  expect(await selectNative(1e6, undefined, load)).toBe(null);
});

test('selectNative says how to install a missing runtime, and selects nothing', async () => {
  await setBackend('cpu');
  const message = 'The backend "onnxruntime" requires onnxruntime-node. Run: npm install onnxruntime-node';
  const createOnnxRuntimeBackend = () => Promise.reject(new ManabiError('backend', message));
  const choice = await selectNative(null, undefined, async () => ({ createOnnxRuntimeBackend }));
  expect(choice).toEqual({ selected: false, reason: message });
  expect(getBackend()).toBe('cpu');
});

test('selectNative leaves models with batch normalization to cpu, also within other models', async () => {
  const base = sequential([layers.batchNormalization({ name: 'bn', inputShape: [8, 8, 3] })]);
  const load = () => Promise.reject(new Error('must not be called'));
  const choice = await selectNative(1e12, sequential([base, layers.flatten()]), load);
  expect(choice).toMatchObject({ selected: false, reason: expect.stringContaining("'bn'") });
});
