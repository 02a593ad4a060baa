import { afterEach, describe, expect, test } from '@jest/globals';
import { getBackend, layers, registeredBackends, selectBackend, sequential } from '../index.ts';

const navigatorOfNode = Object.getOwnPropertyDescriptor(globalThis, 'navigator');

/** Makes `navigator.gpu` an object that provides an adapter with the given info, or none. */
function stubAdapter(info: object | null): { readonly opened: () => number } {
  const blank = { vendor: '', architecture: '', device: '', description: '' };
  let opened = 0;
  const requestDevice = async () => {
    opened++;
    throw new TypeError('The driver is busy.');
  };
  const adapter = info && { info: { ...blank, ...info }, limits: {}, features: new Set(), requestDevice };
  const value = { gpu: { requestAdapter: async () => adapter } };
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true });
  return { opened: () => opened };
}

afterEach(() => {
  if (navigatorOfNode === undefined) Reflect.deleteProperty(globalThis, 'navigator');
  else Object.defineProperty(globalThis, 'navigator', navigatorOfNode);
});

/** A network whose training step has 3 · 2 · 32 · 4 · units operations, and a few for the bias. */
const network = (units: number) => sequential([layers.dense({ units, inputShape: [4] })]);

describe('selectBackend', () => {
  test('selects cpu for small models, without looking for a GPU', async () => {
    stubAdapter({ description: 'Fast GPU' });
    const selected = await selectBackend({ model: network(8) });
    expect(selected).toMatchObject({ name: 'cpu', adapter: null, reason: expect.stringContaining('operations') });
    expect(selected.operations).toBeGreaterThanOrEqual(3 * 2 * 32 * 4 * 8);
    expect(selected.operations).toBeLessThan(2 * 3 * 2 * 32 * 4 * 8);
    expect(getBackend()).toBe('cpu');
    expect(registeredBackends()).toEqual(['cpu']);
  });

  test('counts operations by the batch size', async () => {
    const [small, large] = [1, 100].map((batchSize) => selectBackend({ model: network(8), batchSize }));
    expect((await large).operations).toBe(100 * ((await small).operations ?? Number.NaN));
  });

  // Jest computes in Node, where `onnxruntime-node` is installed.
  test.each([
    ['a software adapter', { description: 'llvmpipe: Mesa 25.0.7' }, 'llvmpipe: Mesa 25.0.7'],
    ['an adapter that is a fallback', { vendor: 'google', isFallbackAdapter: true }, 'google'],
    ['no adapter', null, 'no graphics adapter'],
  ])('does not select webgpu with %s, and says why', async (_, info, words) => {
    const gpu = stubAdapter(info);
    const selected = await selectBackend({ operations: 1e12 });
    expect(selected).toMatchObject({ name: 'onnxruntime', operations: 1e12, reason: expect.stringContaining(words) });
    expect(selected.reason).toContain('ONNX Runtime');
    expect([getBackend(), gpu.opened()]).toEqual(['onnxruntime', 0]);
  });

  test('selects cpu again for a small model afterwards', async () => {
    expect(await selectBackend({ operations: 1e6 })).toMatchObject({ name: 'cpu' });
    expect(getBackend()).toBe('cpu');
  });

  test('opens a device of a GPU if the work is large or unknown, and selects onnxruntime if that fails', async () => {
    const gpu = stubAdapter({ description: 'Fast GPU' });
    for (const options of [{}, { operations: 1e9 }]) {
      const selected = await selectBackend(options);
      expect(selected).toMatchObject({ name: 'onnxruntime', reason: expect.stringContaining('The driver is busy') });
    }
    expect(gpu.opened()).toBe(2);
    expect(getBackend()).toBe('onnxruntime');
  });

  test('rejects invalid options', async () => {
    await expect(selectBackend({ operations: -1 })).rejects.toMatchObject({ code: 'argument' });
    // Plain JavaScript may pass other types.
    await expect(selectBackend({ model: 'cnn' as never })).rejects.toMatchObject({ code: 'argument' });
  });
});
