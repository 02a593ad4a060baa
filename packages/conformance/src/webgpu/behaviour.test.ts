import '@manabi/backend-cpu/register';
import { beforeAll, expect, test } from '@jest/globals';
import { createWebGpuBackend } from '@manabi/backend-webgpu';
import {
  add,
  cond,
  jit,
  less,
  mul,
  realize,
  registerBackend,
  reshape,
  scan,
  setBackend,
  sum,
  type Tensor,
  take,
  tensor,
  topK,
  whileLoop,
  zeros,
} from '@manabi/core';
import type { Backend } from '@manabi/ir';
import { describeWithWebGpu, runsAll } from './webgpu.fixture.ts';
import { type TestDevice, wrappedDevice } from './wrapped-device.fixture.ts';

/** Length of a long loop. With that of nightly runs, a single submission would exceed what lavapipe can hold. */
const ITERATIONS = runsAll ? 100_000 : 3000;

let backend: Backend;
let device: TestDevice;
let submissions = 0;

describeWithWebGpu('the WebGPU backend', () => {
  beforeAll(async () => {
    registerBackend('webgpu', async () => {
      device = await wrappedDevice({ submits: () => submissions++ });
      backend = await createWebGpuBackend({ device });
      return backend;
    });
    await setBackend('webgpu');
  });

  test('stores every dtype except float64, and moves tensors to and from the CPU', async () => {
    for (const dtype of ['float32', 'int32', 'uint32', 'uint8', 'bool'] as const) {
      const x = tensor([0, 1, 1, 0, 1], { dtype });
      const copy = await (await x.to('webgpu')).to('cpu');
      expect([copy.dtype, await copy.array()]).toEqual([dtype, await x.array()]);
    }
    await expect(realize(add(tensor([1], { dtype: 'float64' }), 1))).rejects.toMatchObject({ code: 'dtype' });
  });

  test('accepts a computed uint8 tensor as input of a later run', async () => {
    const double = jit((x: Tensor) => mul(x, tensor(2, { dtype: 'uint8' })));
    const once = await double(tensor([1, 2, 3, 4, 250], { dtype: 'uint8' }));
    expect(await (await double(once)).array()).toEqual([4, 8, 12, 16, 232]);
  });

  test('reports an index out of range when a result that depends on it is read', async () => {
    const pick = jit((from: Tensor, at: Tensor) => take(from, at));
    const bad = await pick(tensor([10, 20, 30]), tensor([0, 2, 7, 5], { dtype: 'int32' }));
    const error = { code: 'index', data: { index: 7, extent: 3, position: 2 } };
    await expect(bad.array()).rejects.toMatchObject(error);
    await expect(sum(bad).item()).rejects.toMatchObject(error);
    expect(await (await pick(tensor([10, 20, 30]), tensor([2], { dtype: 'int32' }))).array()).toEqual([30]);
  });

  test('runs a scan in both directions over slices that are not aligned', async () => {
    const xs = tensor(Array.from({ length: 7 }, (_, i) => [i, 2 * i, 1]));
    const step = (carry: Tensor, x: Tensor): [Tensor, Tensor] => [add(carry, x), mul(carry, x)];
    for (const reverse of [false, true]) {
      const run = async (name: string) => {
        await setBackend(name);
        const [last, ys] = await jit((x: Tensor) => scan(step, zeros([3]), x, { reverse }))(xs);
        return [await last.array(), await ys.array()];
      };
      expect(await run('webgpu')).toEqual(await run('cpu'));
    }
    await setBackend('webgpu');
  });

  test.each([
    [100, 1, 1],
    [ITERATIONS, ITERATIONS / 1024, ITERATIONS / 256],
  ])('submits a scan of %i iterations in few parts', async (count, fewest, most) => {
    const xs = await realize(tensor(Float32Array.from({ length: 4 * count }, (_, i) => (i % 5) - 1)).to('webgpu'));
    const f = jit((x: Tensor) =>
      scan((carry: Tensor, row: Tensor): [Tensor, Tensor] => [add(carry, row), carry], zeros([4]), reshape(x, [-1, 4])),
    );
    submissions = 0;
    const [last, ys] = await f(xs);
    expect(submissions).toBeGreaterThanOrEqual(fewest);
    expect(submissions).toBeLessThanOrEqual(most);
    const sums = [0, 0, 0, 0];
    const expected: number[] = [];
    for (let i = 0; i < 4 * count; i++) {
      expected.push(sums[i % 4]);
      sums[i % 4] += (i % 5) - 1;
    }
    expect(await last.array()).toEqual(sums);
    expect(await ys.data()).toEqual(Float32Array.from(expected));
  });

  test.each([3, 100, 1500])('runs a whileLoop of %i iterations', async (count) => {
    const loop = jit((limit: Tensor) =>
      whileLoop(
        ([i]: [Tensor, Tensor]) => less(i, limit),
        ([i, total]: [Tensor, Tensor]): [Tensor, Tensor] => [add(i, 1), add(total, i)],
        [tensor(0, { dtype: 'int32' }), tensor(0, { dtype: 'int32' })],
      ),
    );
    const [i, total] = await loop(tensor(count, { dtype: 'int32' }));
    expect([await i.item(), await total.item()]).toEqual([count, (count * (count - 1)) / 2]);
  });

  test('runs the chosen branch of a cond that contains loops and branches', async () => {
    const halves = (x: Tensor): Tensor =>
      whileLoop(
        (value: Tensor) => less(10, sum(value)),
        (value: Tensor) => mul(value, 0.5),
        x,
      );
    const f = jit((x: Tensor) =>
      cond(
        less(0, sum(x)),
        (x: Tensor) => cond(less(100, sum(x)), halves, (x: Tensor) => add(x, 1), x),
        (x: Tensor) => mul(x, -1),
        x,
      ),
    );
    expect(await (await f(tensor([96, 64]))).array()).toEqual([6, 4]);
    expect(await (await f(tensor([3, 4]))).array()).toEqual([4, 5]);
    expect(await (await f(tensor([-3, 1]))).array()).toEqual([3, -1]);
  });

  test('computes topK of long rows and sums over long axes', async () => {
    const values = Array.from({ length: 3000 }, (_, i) => (i * 7919) % 3000);
    const best = topK(tensor(values), 3).values;
    expect(await best.array()).toEqual([2999, 2998, 2997]);
    expect(await sum(tensor(values, { dtype: 'int32' })).item()).toBe((2999 * 3000) / 2);
  });

  test('computes sums over empty axes, and of empty tensors', async () => {
    for (const dtype of ['float32', 'int32'] as const) {
      const [wide, high] = await realize([zeros([2, 0, 4], { dtype }), zeros([0, 8], { dtype })]);
      expect(await sum(wide, 1).array()).toEqual([new Array(4).fill(0), new Array(4).fill(0)]);
      expect(await sum(high, 0).array()).toEqual(new Array(8).fill(0));
      expect(await mul(high, 2).array()).toEqual([]);
    }
  });

  test('uses no more memory after a thousand steps than after ten steps', async () => {
    const step = jit((w: Tensor, x: Tensor) => add(w, mul(x, 0.001)), { donate: [0] });
    let w = await realize(zeros([64, 64]));
    const x = await realize(zeros([64, 64]));
    const run = async (steps: number) => {
      for (let i = 0; i < steps; i++) w = await step(w, x);
      await w.array();
      return backend.memory();
    };
    const before = await run(10);
    const after = await run(1000);
    // Garbage collection may release tensors of earlier tests meanwhile.
    expect(after.held).toBeLessThanOrEqual(before.held);
    expect(after.buffers).toBeLessThanOrEqual(before.buffers);
    expect(after.reserved).toBeLessThanOrEqual(before.reserved);
  });

  test('rejects reads after the device is lost, and computes on a new device after setBackend()', async () => {
    const x = await realize(add(tensor([1]), 1));
    device.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(backend.loss).toMatchObject({ reason: 'destroyed' });
    await expect(x.array()).rejects.toMatchObject({ code: 'backend', data: { lost: true } });
    x.dispose();
    await setBackend('webgpu');
    expect(await add(tensor([1]), 1).array()).toEqual([2]);
  });
});
