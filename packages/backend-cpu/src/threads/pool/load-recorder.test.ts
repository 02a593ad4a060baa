import { describe, expect, test } from '@jest/globals';
import { graphBuilder, hostArray } from '@manabi/ir';
import { createCpuBackend } from '../../index.ts';

/** Runs a product and a small step many times, and returns what is known about its steps. */
async function stepsOn(threads: number, size: number) {
  const backend = createCpuBackend({ threads, measures: true });
  const b = graphBuilder();
  const [x, y] = [0, 1].map(() => b.input({ dtype: 'float32', shape: [size, size] }));
  const executable = await backend.compile(b.finish([b.dot(x, y, [], [[1, 0]])]), { donated: [] });
  const inputs = [1, 2].map((value) =>
    backend.upload(hostArray('float32', [size, size], new Float32Array(size * size).fill(value))),
  );
  for (let run = 0; run < 60; run++) {
    for (const output of await executable.run(inputs)) backend.release(output);
  }
  const steps = (await executable.steps?.()) ?? [];
  executable.dispose();
  return steps;
}

describe('the steps of a backend that measures', () => {
  test('state how evenly threads shared them', async () => {
    const [step] = await stepsOn(3, 384);
    expect(step.threads).toBe(3);
    expect(step.imbalance).toBeGreaterThanOrEqual(1);
    expect(step.imbalance).toBeLessThanOrEqual(3);
  });

  test.each([
    [1, 384],
    [3, 4],
  ])('do not state it if only one thread ran them (%i threads, size %i)', async (threads, size) => {
    for (const step of await stepsOn(threads, size)) {
      expect(step).not.toHaveProperty('threads');
      expect(step).not.toHaveProperty('imbalance');
    }
  });
});
