import { beforeAll, describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import { input, layers, model, registerBackend, sequential, setBackend } from 'manabi';
import { formatProfile } from './format-profile.ts';
import { profileModel } from './profile-model.ts';

beforeAll(async () => {
  registerBackend('measured', () => createCpuBackend({ measures: true }));
  await setBackend('measured');
});

describe('profileModel', () => {
  test('returns the number of operations and the time of each step of the plan', async () => {
    const network = sequential([
      layers.dense({ units: 64, activation: 'relu', inputShape: [128] }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ]);
    const found = await profileModel(network, 16);
    const operations = found.steps.reduce((sum, step) => sum + step.operations, 0);
    expect(operations).toBeGreaterThan(2 * 16 * (128 * 64 + 64 * 10));
    expect(found.steps.every(({ milliseconds, limitMilliseconds }) => milliseconds > 0 && limitMilliseconds > 0)).toBe(
      true,
    );
    const text = formatProfile(found);
    expect(text).toContain('of limit');
    expect(text).toContain('Batch of 16: ');
  });

  test('measures models with several inputs', async () => {
    const [a, b] = [input({ shape: [4] }), input({ shape: [4] })];
    const sum = layers.add().apply([a, b]);
    expect((await profileModel(model({ inputs: [a, b], outputs: sum }), 2)).steps.length).toBeGreaterThan(0);
  });
});

test("formatProfile prints 100 % of the machine's limit for a step that was measured to be faster than the limit", () => {
  const step = {
    name: 'multiply',
    depth: 0,
    operations: 1e6,
    bytes: 1e6,
    milliseconds: 1,
    limitMilliseconds: 1.7,
    limit: 'memory' as const,
  };
  const text = formatProfile({ batchSize: 1, peakGflops: 10, steps: [step] });
  expect(text).not.toContain('170%');
  expect(text).toMatch(/100% +memory +multiply/);
  expect(text).toContain('100% of the limit');
});
