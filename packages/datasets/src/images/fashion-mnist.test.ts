import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { mnistFiles } from '@manabi/mnist';
import { fashionMnist } from '../index.ts';

test('fashionMnist reads a folder with files in the format of MNIST', async () => {
  const folder = fileURLToPath(new URL('.', mnistFiles.trainImages.url));
  const { train, test: testing } = await fashionMnist({ baseUrl: folder });
  expect(train.images.shape).toEqual([60000, 28, 28, 1]);
  expect(testing.labels.shape).toEqual([10000]);
});

test('fashionMnist tells where to get the files if they cannot be downloaded', async () => {
  const before = globalThis.fetch;
  globalThis.fetch = () => Promise.reject(new TypeError('fetch failed'));
  await expect(fashionMnist({ cacheDirectory: '/nonexistent/manabi' })).rejects.toMatchObject({
    name: 'FileError',
    message: expect.stringMatching(/-ubyte\.gz in another way.*fashionMnist\(\{ baseUrl: 'FOLDER' \}\)/s),
  });
  globalThis.fetch = before;
});
