import { expect, test } from '@jest/globals';
import { getBackend, getThreads, layers, ManabiError, sequential, setBackend, setThreads } from '../index.ts';
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

const inputShape = [8, 8, 3];
const wrapped = layers.timeDistributed({
  layer: layers.conv2d({ name: 'slow', filters: 4, kernelSize: 3 }),
  inputShape: [2, ...inputShape],
});

test.each([
  [1, 'depthwise convolutions', layers.depthwiseConv2d({ name: 'slow', kernelSize: 3, inputShape })],
  [1, 'depthwise convolutions', layers.separableConv2d({ name: 'slow', filters: 4, kernelSize: 3, inputShape })],
  [2, 'convolutions on several threads', layers.conv2d({ name: 'slow', filters: 4, kernelSize: 3, inputShape })],
  [2, 'convolutions on several threads', wrapped],
])(
  'selectNative with %i threads leaves models with %s to cpu, also within other models',
  async (threads, work, layer) => {
    const before = getThreads();
    try {
      setThreads(threads);
      const load = () => Promise.reject(new Error('must not be called'));
      const choice = await selectNative(1e12, sequential([sequential([layer]), layers.flatten()]), load);
      expect(choice).toEqual({
        selected: false,
        reason: `cpu is faster than ONNX Runtime for ${work}, as in layer 'slow'.`,
      });
    } finally {
      setThreads(before);
    }
  },
);
