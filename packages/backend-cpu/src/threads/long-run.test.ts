import { type ChildProcess, spawn } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';

/** Whether to run ten thousand steps while other processes use the processors. */
const all = process.env.MANABI_THREAD_CASES === 'all';

/** Allowed growth of memory in bytes, because the JavaScript engine compiles code and fills caches in the meantime. */
const SLACK = 4 * 2 ** 20;

test('many steps on three threads have the bits of one thread and use constant memory, and the program ends', async () => {
  const busy: ChildProcess[] = all ? [1, 2, 3].map(() => spawn(process.execPath, ['-e', 'for (;;);'])) : [];
  try {
    const { code, stdout, stderr } = await runInNode(new URL('./long-run.child.ts', import.meta.url), {
      args: [all ? '10000' : '1000'],
      exposeGc: true,
      timeout: 110_000,
    });
    expect([code, stderr]).toEqual([0, '']);
    const { equal, samples } = JSON.parse(stdout);
    expect(equal).toBe(true);
    const [, second, ...later] = samples;
    for (const { rss, heap, reserved } of later) {
      expect(rss).toBeLessThan(second.rss + 4 * SLACK);
      expect(heap).toBeLessThan(second.heap + SLACK);
      expect(reserved).toBe(second.reserved);
    }
  } finally {
    for (const process of busy) process.kill();
  }
});
