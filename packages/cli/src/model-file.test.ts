import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hostArray, layers, saveModel, saveWeights, sequential, writeNpy } from 'manabi';
import { loadModelFile } from './model-file.ts';
import { ran } from './run.fixture.ts';

let folder = '';
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-kinds-'));
  const network = sequential([layers.dense({ units: 2, inputShape: [3] })]);
  await saveModel(network, at('d.keras'));
  await copyFile(at('d.keras'), at('unnamed'));
  for (const end of ['safetensors', 'npz', 'weights.h5']) await saveWeights(network, at(`d.${end}`));
  await writeNpy(at('d.npy'), hostArray('float32', [2], Float32Array.of(1, 2)));
  await writeFile(at('README.md'), '# A digit classifier\n');
  await writeFile(at('text.keras'), 'no network');
  await writeFile(at('empty.txt'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('loadModelFile, for a file that is not a model,', () => {
  test.each([
    ['d.safetensors', 'safetensors'],
    ['d.npz', 'npz'],
    ['d.weights.h5', 'h5Weights'],
    ['d.npy', 'npy'],
    ['README.md', 'text'],
    ['empty.txt', 'empty'],
  ])("rejects %s, with kind %s in the error's data", async (name, kind) => {
    await expect(loadModelFile(at(name), {})).rejects.toMatchObject({
      name: 'FileError',
      data: { source: at(name), kind },
    });
  });

  test.each([
    ['evaluate', ['d.safetensors']],
    ['evaluate', ['d.weights.h5']],
    ['inspect', ['--plan', 'd.safetensors']],
    ['predict', ['d.npz', 'README.md']],
    ['export', ['d.weights.h5', 'd.onnx']],
  ])('throws an error, so that manabi %s %j exits with code 1 and suggests --model', async (command, args) => {
    const { code, stdout, stderr } = await ran([command, ...args.map((arg) => (arg.startsWith('--') ? arg : at(arg)))]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('--model');
  });
});

test('loadModelFile recognizes models by content and rejects damaged files as corrupt', async () => {
  expect((await loadModelFile(at('d.keras'), {})).layers).toHaveLength(1);
  expect((await loadModelFile(at('unnamed'), {})).layers).toHaveLength(1);
  await expect(loadModelFile(at('text.keras'), {})).rejects.toMatchObject({ code: 'corrupt' });
  await expect(loadModelFile(at('none.keras'), {})).rejects.toMatchObject({ code: 'notFound' });
});
