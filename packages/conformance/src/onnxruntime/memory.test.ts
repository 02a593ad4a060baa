import { expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';
import type { ProcessSample } from './process-samples.ts';

/** Whether to run all steps, as `npm run nightly -- onnxruntime` does. */
const runsAll = process.env.MANABI_ONNXRUNTIME === 'all';

/** Number of milliseconds that all steps may take on a busy machine. */
const TIMEOUT = runsAll ? 1_200_000 : 300_000;

const MEGABYTE = 2 ** 20;

async function outputOf(file: string, count: number) {
  const url = new URL(file, import.meta.url);
  const { code, stdout, stderr } = await runInNode(url, { args: [String(count)], exposeGc: true, timeout: TIMEOUT });
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

/** Expects that memory and threads do not grow after the second sample, by which the engine has compiled the code. */
function expectFlat([, second, ...later]: readonly ProcessSample[]): void {
  expect(later).toHaveLength(8);
  for (const sample of later) {
    expect(sample.heap).toBeLessThan(second.heap + MEGABYTE);
    expect(sample.arrayBuffers).toBeLessThan(second.arrayBuffers + MEGABYTE);
    expect(sample.buffers).toBe(second.buffers);
    expect(sample.threads).toBe(second.threads);
    // The allocator of the system keeps some freed memory.
    expect(sample.resident).toBeLessThan(second.resident + 16 * MEGABYTE);
  }
}

const STEPS = runsAll ? 10_000 : 300;

test(
  `memory stays constant over ${STEPS} steps of a training in ONNX Runtime`,
  async () => {
    const { samples, losses } = await outputOf('./train-model.child.ts', STEPS);
    expectFlat(samples);
    expect(losses.at(-1)).toBeLessThan(losses[0]);
  },
  TIMEOUT,
);

const GRAPHS = runsAll ? 1000 : 50;

test(
  `${GRAPHS} graphs leave neither memory nor threads in ONNX Runtime when they are disposed of`,
  async () => {
    const { samples, buffers } = await outputOf('./sessions.child.ts', GRAPHS);
    expectFlat(samples);
    expect(buffers).toBe(0);
  },
  TIMEOUT,
);
