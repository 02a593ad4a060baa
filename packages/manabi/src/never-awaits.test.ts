import { expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';

test('a program without awaits runs operators from the start, in constant memory', async () => {
  const { code, stdout, stderr } = await runInNode(new URL('./never-awaits.child.ts', import.meta.url), {
    args: ['20000'],
  });
  expect([code, stderr]).toEqual([0, '']);
  const { most, buffers, loss, losses } = JSON.parse(stdout);
  // The program has half a million operators. If none of them ran before the end, it would fail at 100,000 pending
  // operators.
  expect(loss).toBeLessThan(1e-3);
  expect(losses).toHaveLength(20);
  expect(losses.at(-1)).toBe(loss);
  expect(most[1]).toBeLessThan(1.3 * most[0]);
  // No buffer waits for a finalizer, which cannot run in a program without awaits.
  expect(buffers).toBe(0);
}, 120_000);
