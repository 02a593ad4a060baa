import { expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';

test('a program that never awaits before its end runs from its first line, in flat memory', async () => {
  const { code, stdout, stderr } = await runInNode(new URL('./never-awaits.child.ts', import.meta.url), {
    args: ['20000'],
  });
  expect([code, stderr]).toEqual([0, '']);
  const { most, buffers, loss, losses } = JSON.parse(stdout);
  // Half a million operators: without a cut the program ends with an error at 100,000.
  expect(loss).toBeLessThan(1e-3);
  expect(losses).toHaveLength(20);
  expect(losses.at(-1)).toBe(loss);
  expect(most[1]).toBeLessThan(1.3 * most[0]);
  // Nothing waits for a finalizer, which never has a turn.
  expect(buffers).toBe(0);
}, 120_000);
