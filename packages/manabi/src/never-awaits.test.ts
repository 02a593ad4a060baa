import { expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';

test('a program that never awaits runs its operators while it records further ones, in constant memory', async () => {
  const { code, stdout, stderr } = await runInNode(new URL('./never-awaits.child.ts', import.meta.url), {
    args: ['20000'],
  });
  expect([code, stderr]).toEqual([0, '']);
  const { most, buffers, loss, losses } = JSON.parse(stdout);
  // The program has half a million operators. It would fail with 100,000 pending operators if they only ran at the end.
  expect(loss).toBeLessThan(1e-3);
  expect(losses).toHaveLength(20);
  expect(losses.at(-1)).toBe(loss);
  expect(most[1]).toBeLessThan(1.3 * most[0]);
  // Finalizers cannot run in a program without awaits, so all buffers must be released without them.
  expect(buffers).toBe(0);
}, 120_000);
