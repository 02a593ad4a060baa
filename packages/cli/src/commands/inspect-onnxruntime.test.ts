import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { layers, saveModel, sequential } from 'manabi';
import { jsonOf, ran } from '../run.fixture.ts';

describe('manabi inspect --plan --backend onnxruntime', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'manabi-inspect-'));
    const model = sequential([
      layers.dense({ units: 300, activation: 'relu', inputShape: [200] }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ]);
    await saveModel(model, at('model.keras'));
    await saveModel(sequential([layers.dense({ units: 3, inputShape: [8] })]), at('small.keras'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('lists the operators of the session with their times, and saves them as a trace', async () => {
    const args = ['inspect', at('model.keras'), '--plan', '--backend', 'onnxruntime', '--trace', at('steps.json')];
    const { backend, clock, placement, steps } = jsonOf(await ran([...args, '--json']));
    expect([backend, clock]).toEqual(['onnxruntime', 'host']);
    expect(placement).toMatch(/^onnxruntime: /);
    const product = {
      name: expect.stringMatching(/Gemm|MatMul/),
      ...{ depth: 0, runs: 1, operations: 2 * 32 * 200 * 300 },
      milliseconds: expect.any(Number),
    };
    expect(steps).toEqual(expect.arrayContaining([expect.objectContaining(product)]));
    const { traceEvents } = JSON.parse(await readFile(at('steps.json'), 'utf8'));
    expect(traceEvents).toHaveLength(Array.isArray(steps) ? steps.length : -1);
  });

  test('says why a small model runs on the other backend, with the steps of that backend', async () => {
    const { stdout } = await ran(['inspect', at('small.keras'), '--plan', '--backend', 'onnxruntime']);
    expect(stdout).toMatch(/Placement: fallback: It has about \d+ operations/);
  });
});
