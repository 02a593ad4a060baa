import { afterEach, describe, expect, test } from '@jest/globals';
import { createWebGpuBackend, describeAdapter, type WebGpuRoutineName } from '../index.ts';

const navigatorOfNode = Object.getOwnPropertyDescriptor(globalThis, 'navigator');

/** Makes `navigator.gpu` an object with the given function. */
function stubGpu(requestAdapter: () => Promise<unknown>): void {
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: { requestAdapter } }, configurable: true });
}

const limits = { maxBufferSize: 2 ** 20, maxStorageBufferBindingSize: 2 ** 19, maxStorageBuffersPerShaderStage: 9 };

afterEach(() => {
  if (navigatorOfNode === undefined) Reflect.deleteProperty(globalThis, 'navigator');
  else Object.defineProperty(globalThis, 'navigator', navigatorOfNode);
});

describe('createWebGpuBackend', () => {
  test('fails if there is no adapter', async () => {
    stubGpu(async () => null);
    await expect(createWebGpuBackend()).rejects.toMatchObject({
      code: 'backend',
      op: 'webgpu',
      data: { missing: 'adapter' },
    });
  });

  test('fails with the requested limits if the adapter does not grant them', async () => {
    const asked: unknown[] = [];
    const requestDevice = async (request: unknown) => {
      asked.push(request);
      throw new TypeError('Limit maxBufferSize is too high.');
    };
    stubGpu(async () => ({ limits, features: new Set(['timestamp-query']), requestDevice }));
    const error = { code: 'backend', data: { limits, features: ['timestamp-query'] }, cause: expect.any(TypeError) };
    await expect(createWebGpuBackend()).rejects.toMatchObject(error);
    await expect(createWebGpuBackend({ defaultLimits: true })).rejects.toMatchObject({ data: { limits: {} } });
    expect(asked).toMatchObject([
      { requiredLimits: limits, requiredFeatures: ['timestamp-query'] },
      { requiredLimits: {} },
    ]);
  });

  test.each([{ powerPreference: 'low-power' }, { defaultLimits: true }, { defaultLimits: false }] as const)(
    'rejects %j for a device that is open',
    async (options) => {
      const device = { createComputePipelineAsync: () => {}, queue: {} };
      const [name] = Object.keys(options);
      await expect(createWebGpuBackend({ device, ...options })).rejects.toMatchObject({
        code: 'argument',
        message: expect.stringContaining(`\`${name}\` applies only to a device that the backend opens`),
        data: { name },
      });
    },
  );

  test.each(['winograd', 'wino'])('rejects the routine %s, for which it has no shader', async (routine) => {
    // Plain JavaScript may pass other names.
    const routines = [routine] as unknown as readonly WebGpuRoutineName[];
    await expect(createWebGpuBackend({ routines })).rejects.toMatchObject({
      code: 'argument',
      op: 'createWebGpuBackend',
      data: { name: 'routines[0]' },
    });
  });

  test.each([0, -1, Number.NaN, 2 ** 31, '5'])('rejects the time limit %p', async (timeout) => {
    // Plain JavaScript may pass other types.
    await expect(createWebGpuBackend({ timeout: timeout as number })).rejects.toMatchObject({ code: 'argument' });
  });
});

describe('describeAdapter', () => {
  const blank = { vendor: '', architecture: '', device: '', description: '' };
  const reportOf = (info: object, isFallbackAdapter?: boolean) => {
    stubGpu(async () => ({ info, limits, features: new Set(['subgroups']), isFallbackAdapter }));
    return describeAdapter();
  };

  test('reports the features and limits that manabi uses', async () => {
    expect(await reportOf({ ...blank, vendor: 'nvidia', architecture: 'hopper' })).toMatchObject({
      vendor: 'nvidia',
      architecture: 'hopper',
      isSoftware: false,
      features: { 'timestamp-query': false, 'shader-f16': false, subgroups: true },
      limits,
    });
  });

  test.each([
    ['lavapipe', { ...blank, vendor: 'mesa', description: 'llvmpipe: Mesa 25.0.7 (LLVM 19.1.7)' }],
    ['SwiftShader', { ...blank, vendor: 'google', architecture: 'swiftshader' }],
    ['WARP', { ...blank, vendor: 'microsoft', description: 'Microsoft Basic Render Driver' }],
    ['an adapter that says so', { ...blank, isFallbackAdapter: true }],
  ])('recognizes software: %s', async (_, info) => {
    expect((await reportOf(info)).isSoftware).toBe(true);
  });

  test('recognizes software in older browsers', async () => {
    expect((await reportOf(blank, true)).isSoftware).toBe(true);
    expect((await reportOf(blank, false)).isSoftware).toBe(false);
  });
});
