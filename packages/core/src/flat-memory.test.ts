import { expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';

test('the memory of eager and jitted loops does not grow with the number of iterations', async () => {
  const { code, stdout, stderr } = await runInNode(new URL('./flat-memory.child.ts', import.meta.url), {
    args: ['60000'],
  });
  expect([code, stderr]).toEqual([0, '']);
  const { eager, jitted, lost } = JSON.parse(stdout);
  // If unreachable tensors were not freed, each loop would hold 6,000 buffers at its end.
  expect(eager).toBeLessThan(5000);
  expect(jitted).toBeLessThan(5000);
  expect(lost).toBe(0);
}, 60_000);
