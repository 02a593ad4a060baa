import { expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';

test('eager and jitted loops use bounded memory', async () => {
  const { code, stdout, stderr } = await runInNode(new URL('./flat-memory.child.ts', import.meta.url), {
    args: ['60000'],
  });
  expect([code, stderr]).toEqual([0, '']);
  const { eager, jitted, lost } = JSON.parse(stdout);
  // Without finalizers, each loop would hold 6,000 buffers.
  expect(eager).toBeLessThan(5000);
  expect(jitted).toBeLessThan(5000);
  expect(lost).toBe(0);
}, 60_000);
