import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hostArray, layers, saveModel, sequential, writeNpz } from 'manabi';
import { ran } from '../run.fixture.ts';
import { npzSamples, TESTING } from './npz-samples.ts';

let folder = '';
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-npz-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const floats = (shape: readonly number[], changes: Readonly<Record<number, number>> = {}) => {
  const data = new Float32Array(shape.reduce((product, length) => product * length, 1));
  for (const [index, value] of Object.entries(changes)) data[Number(index)] = value;
  return hostArray('float32', shape, data);
};

describe('npzSamples', () => {
  test('rejects an archive whose numbers of images and labels differ', async () => {
    const path = at('badlen.npz');
    await writeNpz(path, { x_test: floats([5, 2, 2]), y_test: floats([4]) });
    await expect(npzSamples(path, TESTING)).rejects.toMatchObject({
      code: 'shape',
      data: { source: path, arrays: { x_test: [5, 2, 2], y_test: [4] } },
    });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('rejects an archive with a pixel value of %d', async (value) => {
    const path = at('nan.npz');
    await writeNpz(path, { x: floats([5, 2, 2], { 9: value }), y: floats([5]) });
    await expect(npzSamples(path, TESTING)).rejects.toMatchObject({
      code: 'value',
      data: { source: path, array: 'x', sample: 2, value },
    });
  });

  test('rejects an archive with a label of NaN', async () => {
    const path = at('labels.npz');
    await writeNpz(path, { x: floats([5, 2]), y: floats([5], { 3: Number.NaN }) });
    await expect(npzSamples(path, TESTING)).rejects.toMatchObject({ code: 'value', data: { array: 'y', sample: 3 } });
  });
});

test('manabi evaluate rejects an archive with an invalid sample even if --samples selects only valid ones', async () => {
  await saveModel(sequential([layers.dense({ units: 2, inputShape: [3] })]), at('two.keras'));
  await writeNpz(at('short.npz'), { x: floats([5, 3]), y: floats([4]) });
  const { code, stdout, stderr } = await ran([
    'evaluate',
    at('two.keras'),
    '--data',
    at('short.npz'),
    '--samples',
    '3',
  ]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('short.npz');
});
