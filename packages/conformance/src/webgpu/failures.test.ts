import { beforeAll, expect, test } from '@jest/globals';
import { createWebGpuBackend } from '@manabi/backend-webgpu';
import {
  add,
  jit,
  mul,
  realize,
  registerBackend,
  reshape,
  setBackend,
  type Tensor,
  take,
  tensor,
  zeros,
} from '@manabi/core';
import { type Backend, hostArray } from '@manabi/ir';
import { sequential, setRandomSeed } from '@manabi/layers';
import { dense } from '@manabi/layers/layers';
import { describeWithWebGpu } from './webgpu.fixture.ts';
import { type DeviceChanges, wrappedDevice } from './wrapped-device.fixture.ts';

/** Selects a new backend on a changed device. */
async function onDevice(changes: DeviceChanges, options: { readonly timeout?: number } = {}): Promise<Backend> {
  const backend = await createWebGpuBackend({ device: await wrappedDevice(changes), ...options });
  registerBackend('webgpu', () => backend);
  await setBackend('webgpu');
  return backend;
}

const MEBIBYTE = 2 ** 20;

describeWithWebGpu('WebGPU without enough memory', () => {
  let backend: Backend;

  beforeAll(async () => {
    backend = await onDevice({ isTooMuch: (bytes) => bytes > MEBIBYTE });
  });

  test('fails before a run starts, keeps its inputs, and computes smaller results afterwards', async () => {
    const outer = jit((x: Tensor) => mul(x, reshape(x, [1, -1])), { donate: [0] });
    const x = await realize(add(zeros([1024, 1]), 1));
    const before = backend.memory();
    const type = { dtype: 'float32', shape: [1024, 1024] };
    await expect(outer(x)).rejects.toMatchObject({ code: 'memory', data: { bytes: 4 * MEBIBYTE, type } });
    expect(backend.memory()).toMatchObject({ held: before.held, buffers: before.buffers });
    expect(backend.memory().reserved).toBeLessThanOrEqual(before.reserved);
    expect((await x.data())[1023]).toBe(1);
    const small = await outer(await realize(add(zeros([256, 1]), 2)));
    expect((await small.data()).every((value) => value === 4)).toBe(true);
  });

  test('fails to read or use an upload for which there was no memory', async () => {
    const data = hostArray('float32', [2 ** 19], new Float32Array(2 ** 19).fill(1));
    const before = backend.memory();
    const upload = backend.upload(data);
    const small = backend.upload(hostArray('float32', [2], Float32Array.of(1, 2)));
    const error = { code: 'memory', data: { bytes: 2 * MEBIBYTE, type: { dtype: 'float32', shape: [2 ** 19] } } };
    await expect(Promise.resolve(backend.read(upload))).rejects.toMatchObject(error);
    await expect(Promise.resolve(backend.read(upload))).rejects.toMatchObject(error);
    expect([...(await backend.read(small)).data]).toEqual([1, 2]);
    backend.release(upload);
    backend.release(small);
    expect(backend.memory()).toMatchObject({ held: before.held, buffers: before.buffers });
    expect(backend.memory().reserved).toBeLessThanOrEqual(before.reserved + MEBIBYTE);
    await expect(mul(tensor(data.data), 2).data()).rejects.toMatchObject(error);
  });

  test('counts the memory of an upload that is released before its allocation fails only once', async () => {
    // More than the pool keeps.
    const large = hostArray('uint8', [100 * MEBIBYTE], new Uint8Array(100 * MEBIBYTE));
    const before = backend.memory().reserved;
    const [upload, small] = [backend.upload(large), backend.upload(hostArray('float32', [1], Float32Array.of(7)))];
    backend.release(upload);
    expect([...(await backend.read(small)).data]).toEqual([7]);
    backend.release(small);
    const { reserved } = backend.memory();
    expect(reserved).toBeGreaterThanOrEqual(0);
    expect(reserved).toBeLessThan(before + MEBIBYTE);
  });

  test('continues a training with smaller batches', async () => {
    setRandomSeed(1);
    const model = sequential([dense({ units: 1024, activation: 'relu', inputShape: [4] }), dense({ units: 1 })]);
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    const [x, y] = [
      hostArray(
        'float32',
        [512, 4],
        Float32Array.from({ length: 2048 }, (_, i) => (i % 5) / 5),
      ),
      hostArray(
        'float32',
        [512, 1],
        Float32Array.from({ length: 512 }, (_, i) => (i % 3) / 3),
      ),
    ];
    const { history: first } = await model.fit(x, y, { epochs: 1, batchSize: 64, verbose: 0 });
    const kept = await model.getWeights();
    await expect(model.fit(x, y, { epochs: 1, batchSize: 512, verbose: 0 })).rejects.toMatchObject({ code: 'memory' });
    expect(await model.getWeights()).toEqual(kept);
    const { history: second } = await model.fit(x, y, { epochs: 3, batchSize: 64, verbose: 0 });
    expect(second.loss[2]).toBeLessThan(first.loss[0]);
  });
});

describeWithWebGpu('tensors larger than the limits of a GPU', () => {
  const limits = { maxBufferSize: 2 * MEBIBYTE, maxStorageBufferBindingSize: MEBIBYTE };
  const wide = { dtype: 'float32', shape: [2 ** 19 + 1] };

  beforeAll(async () => {
    await onDevice({ limits });
  });

  test('are rejected when they are uploaded, naming the type', async () => {
    await expect(tensor(new Float32Array(2 ** 20)).to('webgpu')).rejects.toMatchObject({
      code: 'memory',
      data: { bytes: 4 * MEBIBYTE, most: 2 * MEBIBYTE, type: { dtype: 'float32', shape: [2 ** 20] } },
    });
  });

  test('are rejected as inputs and results of a graph, naming the value', async () => {
    const error = { code: 'memory', data: { most: 2 * MEBIBYTE, type: wide, backend: 'webgpu' } };
    await expect(realize(mul(tensor(new Float32Array(wide.shape[0])), 2))).rejects.toMatchObject(error);
    await expect(realize(add(zeros(wide.shape), tensor([1])))).rejects.toMatchObject(error);
  });

  test('are rejected by operators that would bind too many parts of them, naming the operator', async () => {
    await onDevice({ limits: { maxStorageBufferBindingSize: 2 ** 16, maxStorageBuffersPerShaderStage: 8 } });
    const table = tensor(new Float32Array(2 ** 18), { shape: [2 ** 14, 16] });
    const rows = take(table, tensor([5], { dtype: 'int32' }), 0);
    await expect(realize(rows)).rejects.toMatchObject({
      code: 'memory',
      message: expect.stringContaining('gather accesses a tensor of 262144 elements of type float32 in no order'),
      data: { bytes: MEBIBYTE, most: 2 ** 16, dtype: 'float32', elements: 2 ** 18, mostBindings: 8 },
    });
  });
});

describeWithWebGpu('a shader that the driver rejects', () => {
  test('makes the run fail with its name and code, and no later one', async () => {
    let breaks = false;
    await onDevice({ shader: (code) => (breaks ? code.replace('fn main', 'fn main main') : code) });
    const x = await realize(add(tensor([1, 2]), 1));
    breaks = true;
    await expect(mul(x, 3).array()).rejects.toMatchObject({
      code: 'backend',
      data: { code: expect.stringContaining('fn main'), name: expect.any(String), reason: expect.any(String) },
    });
    breaks = false;
    expect(await mul(x, 3).array()).toEqual([6, 9]);
  });
});

describeWithWebGpu('an error that the device reports outside of any call', () => {
  test('makes all results since the last read unreadable and unusable, and no others', async () => {
    const device = await wrappedDevice();
    registerBackend('webgpu', () => createWebGpuBackend({ device }));
    await setBackend('webgpu');
    const x = await realize(add(tensor([1, 2]), 1));
    expect(await x.array()).toEqual([2, 3]);
    const y = await realize(mul(x, 2));
    device.reportError();
    const error = { code: 'backend', data: { reason: expect.any(String) } };
    await expect(y.array()).rejects.toMatchObject(error);
    await expect(y.array()).rejects.toMatchObject(error);
    await expect(add(y, 1).array()).rejects.toMatchObject(error);
    expect(await x.array()).toEqual([2, 3]);
    expect(await mul(x, 3).array()).toEqual([6, 9]);
    await expect(y.array()).rejects.toMatchObject(error);
  });
});

describeWithWebGpu('a GPU that hangs', () => {
  test('makes reads fail after the time limit, naming the work', async () => {
    let hangs = false;
    // Reads before the hang take up to a second on a busy machine.
    await onDevice({ hangs: () => hangs }, { timeout: 3000 });
    const pick = jit((x: Tensor, at: Tensor) => take(mul(x, 2), at));
    const at = tensor([1], { dtype: 'int32' });
    const good = await pick(tensor([1, 2, 3]), at);
    expect(await good.array()).toEqual([4]);
    hangs = true;
    const late = await pick(tensor([1, 2, 3]), at);
    const error = { code: 'backend', data: { hung: true, timeout: 3000, work: expect.stringContaining('program of') } };
    await Promise.all([late, good].map((each) => expect(each.array()).rejects.toMatchObject(error)));
    hangs = false;
    expect(await good.array()).toEqual([4]);
    // Whether the indices of the run were in range remains unknown.
    await expect(late.array()).rejects.toMatchObject(error);
  });
});
