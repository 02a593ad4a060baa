import { expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';

test('ten thousand training steps use as much memory as a few', async () => {
  const { code, stdout, stderr } = await runInNode(new URL('./flat-memory.child.ts', import.meta.url), {
    args: ['100'],
    exposeGc: true,
    timeout: 110_000,
  });
  expect([code, stderr]).toEqual([0, '']);
  const { steps, most, buffers, heapGrowth, reservedGrowth } = JSON.parse(stdout);
  expect(steps).toBe(10_000);
  // One step holds weights, moving statistics, moments and totals, and a few more buffers.
  expect(buffers).toBeLessThan(100);
  expect(most).toBeLessThan(5000);
  expect(heapGrowth).toBeLessThan(2 ** 20);
  expect(reservedGrowth).toBe(0);
}, 120_000);
