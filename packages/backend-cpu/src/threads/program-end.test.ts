import { expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';

test('threads that wait for work do not keep a program running', async () => {
  const { code, stdout, stderr } = await runInNode(new URL('./ends.child.ts', import.meta.url), { timeout: 60_000 });
  expect([code, stdout.trim(), stderr]).toEqual([0, 'equal', '']);
});
