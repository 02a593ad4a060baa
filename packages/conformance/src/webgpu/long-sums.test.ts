import { expect, test } from '@jest/globals';
import { createWebGpuBackend } from '@manabi/backend-webgpu';
import { fromHost, hostArray, jit, registerBackend, setBackend, sum, type Tensor } from '@manabi/core';
import { describeWithWebGpu } from './webgpu.fixture.ts';

const ROWS = 40_000;
/** More columns than the drivers run workgroups at a time, so that sums are not split to keep the GPU busy. */
const COLUMNS = 300;

describeWithWebGpu('sums of long columns on WebGPU', () => {
  test.each(['software', 'hardware'] as const)('are accurate to float32 with the tuning for %s', async (tuning) => {
    registerBackend(`webgpu for ${tuning}`, () => createWebGpuBackend({ tuning }));
    await setBackend(`webgpu for ${tuning}`);
    const data = Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => ((i * 7919) % 1000) / 16_000);
    const exact = new Float64Array(COLUMNS);
    data.forEach((value, i) => {
      exact[i % COLUMNS] += value;
    });
    const columnSums = jit((x: Tensor) => sum(x, 0));
    const sums = await (await columnSums(fromHost(hostArray('float32', [ROWS, COLUMNS], data)))).data();
    const errors = Array.from(sums, (value, i) => Math.abs(value - exact[i]) / exact[i]);
    // Adding the rows one after the other would have errors of 3e-5.
    expect(Math.max(...errors)).toBeLessThan(2e-6);
  });
});
