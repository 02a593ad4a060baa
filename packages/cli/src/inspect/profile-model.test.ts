import { beforeAll, describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import { input, layers, model, registerBackend, sequential, setBackend } from 'manabi';
import { formatProfile } from './format-profile.ts';
import { type ModelProfile, profileModel } from './profile-model.ts';
import { traceOf } from './trace-events.ts';

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
    const found = await profileModel(network, 16, 'cpu');
    const operations = found.steps.reduce((sum, step) => sum + step.operations, 0);
    expect(operations).toBeGreaterThan(2 * 16 * (128 * 64 + 64 * 10));
    expect(
      found.steps.every(({ milliseconds, limitMilliseconds }) => milliseconds > 0 && (limitMilliseconds ?? 0) > 0),
    ).toBe(true);
    const text = formatProfile(found);
    expect(text).toContain('of limit');
    expect(text).toContain('Batch of 16: ');
  });

  test('measures models with several inputs', async () => {
    const [a, b] = [input({ shape: [4] }), input({ shape: [4] })];
    const sum = layers.add().apply([a, b]);
    expect((await profileModel(model({ inputs: [a, b], outputs: sum }), 2, 'cpu')).steps.length).toBeGreaterThan(0);
  });
});

test("formatProfile prints 100 % of the machine's limit for a step that was measured to be faster than the limit", () => {
  const step = {
    name: 'multiply',
    depth: 0,
    runs: 1,
    operations: 1e6,
    bytes: 1e6,
    milliseconds: 1,
    limitMilliseconds: 1.7,
    limit: 'memory' as const,
    threads: null,
    imbalance: null,
  };
  const text = formatProfile({
    backend: 'cpu',
    clock: 'host',
    batchSize: 1,
    peakGflops: 10,
    placement: null,
    steps: [step],
  });
  expect(text).not.toContain('170%');
  expect(text).toMatch(/100% +memory +multiply/);
  expect(text).toContain('100% of the limit');
});

test('formatProfile and traceOf show threads and imbalance if a step ran on several threads', () => {
  const step = { depth: 0, runs: 1, operations: 1e6, bytes: 1e6, milliseconds: 1, limitMilliseconds: 0.5 };
  const profile: ModelProfile = {
    backend: 'cpu',
    clock: 'host',
    batchSize: 1,
    peakGflops: 10,
    placement: null,
    steps: [
      { ...step, name: 'dot', limit: 'arithmetic', threads: 2, imbalance: 1.25 },
      { ...step, name: 'add', limit: 'memory', threads: null, imbalance: null },
    ],
  };
  const text = formatProfile(profile);
  expect(text).toMatch(/limit +threads +imbalance +step/);
  expect(text).toMatch(/arithmetic +2 +1\.25 +dot/);
  expect(text).toMatch(/memory +1 +– +add/);
  const [dot, add] = JSON.parse(traceOf(profile)).traceEvents;
  expect(dot.args).toMatchObject({ threads: 2, imbalance: 1.25 });
  expect(add.args).not.toHaveProperty('threads');
});

describe('a profile without limits', () => {
  const step = {
    runs: 1,
    operations: 4e6,
    bytes: 2e6,
    limitMilliseconds: null,
    limit: null,
    threads: null,
    imbalance: null,
  };
  const profile: ModelProfile = {
    backend: 'webgpu',
    clock: 'gpu',
    batchSize: 1,
    peakGflops: null,
    placement: null,
    steps: [
      { ...step, name: 'multiply', depth: 0, milliseconds: 2 },
      { ...step, name: 'loop', depth: 0, milliseconds: 4 },
      { ...step, name: 'add', depth: 1, milliseconds: 1 },
      { ...step, name: 'inner loop', depth: 1, milliseconds: 3 },
      { ...step, name: 'exp', depth: 2, milliseconds: 3 },
      { ...step, name: 'sum', depth: 0, milliseconds: 1 },
    ],
  };

  test('names the backend and its clock', () => {
    const text = formatProfile(profile);
    expect(text).toContain('Backend webgpu, measured by timestamps of the GPU.');
    expect(text).not.toContain('limit');
    expect(text).toContain('7.000 ms in 3 steps');
  });

  test('becomes a trace of consecutive steps, with inner steps inside their loop', () => {
    const { traceEvents, otherData } = JSON.parse(traceOf(profile));
    expect(otherData).toEqual({ backend: 'webgpu', clock: 'gpu', batchSize: 1 });
    expect(traceEvents.map(({ name, ts, dur }: Record<string, unknown>) => [name, ts, dur])).toEqual([
      ['multiply', 0, 2000],
      ['loop', 2000, 4000],
      ['add', 2000, 1000],
      ['inner loop', 3000, 3000],
      ['exp', 3000, 3000],
      ['sum', 6000, 1000],
    ]);
    expect(traceEvents[0]).toMatchObject({ ph: 'X', args: { runs: 1, operations: 4e6, bytes: 2e6 } });
  });
});
