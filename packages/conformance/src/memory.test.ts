import { describe, expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';
import { candidates } from './candidates.ts';
import type { MemorySample } from './memory-samples.ts';

/** Allowed growth of memory in bytes, because the JavaScript engine compiles code and fills caches in the meantime. */
const SLACK = 2 ** 20;

const registers = candidates.flatMap(({ name, register }) => (register === undefined ? [] : [{ name, register }]));

describe.each(registers)('memory on $name', ({ register }) => {
  test('stays constant over ten thousand training steps, and the steps produce the same bits for the same seed', async () => {
    const run = async (seed: string) => JSON.parse(await outputOf('./train.child.ts', [register, '10000', seed]));
    const [first, again, other] = await Promise.all([run('1'), run('1'), run('2')]);
    expectFlat(first.samples);
    expect(first.bits).toBe(again.bits);
    expect(first.losses).toEqual(again.losses);
    expect(first.bits).not.toBe(other.bits);
    // Constant memory proves nothing unless the network is really trained, so the loss must fall.
    expect(Math.max(...first.losses.slice(-10))).toBeLessThan(first.losses[0] / 4);
  }, 180_000);

  test('stays constant over a million operations outside jit', async () => {
    const { samples, last } = JSON.parse(await outputOf('./eager.child.ts', [register, '1000000']));
    expectFlat(samples);
    expect(new Set(last).size).toBe(1);
  }, 180_000);
});

async function outputOf(file: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runInNode(new URL(file, import.meta.url), {
    args,
    exposeGc: true,
    timeout: 180_000,
  });
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

/** Number of tensors that the garbage collector may not have released yet. */
const LINGERING = 4;

/**
 * Expects that memory does not grow after the second sample. The first sample is ignored, because it includes the
 * warm-up.
 */
function expectFlat([, second, ...later]: readonly MemorySample[]): void {
  for (const sample of later) {
    expect(sample.heap).toBeLessThan(second.heap + SLACK);
    expect(sample.arrayBuffers).toBeLessThan(second.arrayBuffers + SLACK);
    expect(sample.buffers).toBeLessThanOrEqual(second.buffers + LINGERING);
    expect(sample.reserved).toBe(second.reserved);
  }
}
