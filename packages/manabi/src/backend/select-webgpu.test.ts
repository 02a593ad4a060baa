import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeAdapter } from '@manabi/backend-webgpu';
import { describeWhere, webGpuRequirement } from '@manabi/testing';
import { add, getBackend, layers, selectBackend, sequential, tensor } from '../index.ts';

const requirement = await webGpuRequirement(() => describeAdapter());

const navigatorOfNode = Object.getOwnPropertyDescriptor(globalThis, 'navigator');

describeWhere(requirement, 'selectBackend on a machine with a GPU', () => {
  // The adapter of this machine, which may be software, under the name of a GPU.
  beforeAll(async () => {
    const { create } = await import('webgpu');
    const gpu = create([]);
    const requestAdapter = async () => {
      const adapter = await gpu.requestAdapter();
      if (adapter === null) throw new Error('No WebGPU adapter is available.');
      const info = { vendor: 'acme', architecture: 'roadrunner', device: '', description: '' };
      const { features, limits } = adapter;
      return { info, features, limits, requestDevice: adapter.requestDevice.bind(adapter) };
    };
    // `gpu` keeps its object reachable, as long as a device is in use.
    Object.defineProperty(globalThis, 'navigator', { value: { gpu: { requestAdapter, of: gpu } }, configurable: true });
  });

  afterAll(() => {
    if (navigatorOfNode === undefined) Reflect.deleteProperty(globalThis, 'navigator');
    else Object.defineProperty(globalThis, 'navigator', navigatorOfNode);
  });

  test('selects webgpu for a large model, names the GPU, and computes on it', async () => {
    const model = sequential([layers.dense({ units: 1000, inputShape: [1000] }), layers.dense({ units: 10 })]);
    const { name, reason, operations } = await selectBackend({ model, batchSize: 64 });
    expect([name, getBackend()]).toEqual(['webgpu', 'webgpu']);
    expect(reason).toContain('acme roadrunner');
    expect(operations).toBeGreaterThan(3 * 2 * 64 * 1000 * 1000);
    const sum = add(tensor([1]), 2);
    expect(await sum.array()).toEqual([3]);
    expect(sum.backend).toBe('webgpu');
    await model.predict(tensor(new Float32Array(64 * 1000), { shape: [64, 1000] }));
    for (const weight of Object.values(model.values().trainable)) expect(weight.backend).toBe('webgpu');
  });

  test('selects cpu for a small model afterwards', async () => {
    expect(await selectBackend({ operations: 1e6 })).toMatchObject({ name: 'cpu', adapter: null });
    expect(await add(tensor([1]), 2).array()).toEqual([3]);
    expect(getBackend()).toBe('cpu');
  });
});
