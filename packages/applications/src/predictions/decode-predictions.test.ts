import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { fromHost, hostArray, tensor } from '@manabi/core';
import { decodePredictions } from '../index.ts';

// Written by tooling/goldens/applications/preprocessing.py.
const { decoded }: { readonly decoded: readonly (readonly [string, string, number][])[] } = JSON.parse(
  readFileSync(new URL('../goldens/preprocessing.json', import.meta.url), 'utf8'),
);

const index = Object.fromEntries(
  Array.from({ length: 1000 }, (_, i): [number, [string, string]] => [i, [`n${i}`, `class ${i}`]]),
);

const scores = () => {
  const data = new Float32Array(2000);
  data.set([0.25], 3);
  data.set([0.5], 990);
  data.set([0.125], 17);
  data.set([1], 1007);
  return hostArray('float32', [2, 1000], data);
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-classes-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('decodePredictions', () => {
  test('returns the best classes of each image in decreasing order, as Keras does (trap: decode_predictions)', async () => {
    for (const given of [scores(), fromHost(scores())]) {
      const rows = await decodePredictions(given, { top: 2, classIndex: index });
      const [first, second] = rows.map((row) => row.map(({ id, name, score }) => [id, name, score]));
      expect(first).toEqual(decoded[0]);
      // The second best class of the second image is one of many with the score 0; here it is the first one.
      expect(second).toEqual([decoded[1][0], ['n0', 'class 0', 0]]);
    }
  });

  test('reads class names from a file, and returns 5 classes by default', async () => {
    const path = join(folder, 'classes.json');
    await writeFile(path, JSON.stringify(index));
    const [row] = await decodePredictions(scores(), { classIndex: path });
    expect(row.map((each) => each.index)).toEqual([990, 3, 17, 0, 1]);
  });

  test('explains how to pass the class names if they cannot be downloaded', async () => {
    const fetch = jest.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('fetch failed'));
    try {
      const download = { cacheDirectory: join(folder, 'cache'), retries: 0 };
      await expect(decodePredictions(scores(), { download })).rejects.toMatchObject({
        code: 'network',
        message: expect.stringMatching(
          /imagenet_class_index\.json to this machine and pass its path as `classIndex`\.$/,
        ),
      });
      expect(fetch).toHaveBeenCalled();
    } finally {
      fetch.mockRestore();
    }
  });

  test('rejects scores of another shape', async () => {
    await expect(decodePredictions(tensor([1, 2]), { classIndex: index })).rejects.toMatchObject({ code: 'shape' });
    await expect(decodePredictions(tensor([[1, 2]]), { classIndex: index })).rejects.toMatchObject({ code: 'shape' });
  });

  test('rejects files with missing or invalid class names', async () => {
    const path = join(folder, 'gap.json');
    await writeFile(path, JSON.stringify({ 0: ['n0', 'a'], 2: ['n2', 'c'] }));
    await expect(decodePredictions(tensor([[1, 2]]), { classIndex: path })).rejects.toMatchObject({
      code: 'corrupt',
      data: { missing: 1 },
    });
    for (const content of ['[]', '{"0": "tench"}', 'no JSON']) {
      await writeFile(path, content);
      await expect(decodePredictions(tensor([[1, 2]]), { classIndex: path })).rejects.toMatchObject({
        code: 'corrupt',
      });
    }
  });
});
