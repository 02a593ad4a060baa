import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeAdapter } from '@manabi/backend-webgpu';
import { describeWhere, webGpuRequirement } from '@manabi/testing';
import { layers, saveModel, sequential } from 'manabi';
import { jsonOf, ran } from '../run.fixture.ts';

const requirement = await webGpuRequirement(() => describeAdapter());

describeWhere(requirement, 'manabi inspect --plan --backend webgpu', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'manabi-inspect-'));
    const model = sequential([
      layers.dense({ units: 16, activation: 'relu', inputShape: [8] }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ]);
    await saveModel(model, at('model.keras'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('measures steps by the GPU, without limits of the CPU, and saves them as a trace', async () => {
    const args = ['inspect', at('model.keras'), '--plan', '--backend', 'webgpu', '--trace', at('steps.json')];
    const { backend, clock, peakGflops, steps } = jsonOf(await ran([...args, '--json']));
    expect([backend, clock, peakGflops]).toEqual(['webgpu', 'gpu', null]);
    const step = { milliseconds: expect.any(Number), limit: null, limitMilliseconds: null };
    expect(steps).toEqual(expect.arrayContaining([expect.objectContaining(step)]));
    const { otherData } = JSON.parse(await readFile(at('steps.json'), 'utf8'));
    expect(otherData).toMatchObject({ backend: 'webgpu', clock: 'gpu' });
  });
});
