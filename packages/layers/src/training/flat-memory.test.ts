import { expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';

test('ten thousand training steps use no more memory than a few steps', async () => {
  const { code, stdout, stderr } = await runInNode(new URL('./flat-memory.child.ts', import.meta.url), {
    args: ['100'],
    exposeGc: true,
    timeout: 110_000,
  });
  expect([code, stderr]).toEqual([0, '']);
  const { steps, most, buffers, heapGrowth, reservedGrowth } = JSON.parse(stdout);
  expect(steps).toBe(10_000);
  // One step needs buffers for weights, moving statistics, the optimizer's moments, sums of losses, and a few more.
  expect(buffers).toBeLessThan(100);
  expect(most).toBeLessThan(5000);
  expect(heapGrowth).toBeLessThan(2 ** 20);
  expect(reservedGrowth).toBe(0);
}, 120_000);
