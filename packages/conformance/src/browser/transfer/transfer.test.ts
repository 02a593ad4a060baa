import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mobileNet } from '@manabi/applications';
import { decodeImage, encodeImage, hostArray } from '@manabi/data/images';
import { setRandomSeed } from '@manabi/layers';
import { loadModel } from '@manabi/serialization';
import { describeWithShared, sharedFolder } from '@manabi/testing';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../browser.fixture.ts';
import { digestsOf } from '../network.fixture.ts';
import { fineTune, scoresOf, type TransferRequest } from './page.fixture.ts';

declare global {
  /** The exports of `page.fixture.ts`, defined only in the page. */
  var transfer: typeof import('./page.fixture.ts');
}

const seeded = { alpha: 0.1, size: 32 };
const published = { alpha: 0.25, size: 96 };
const publishedFolder = join(sharedFolder(), 'data/models/mobilenet_v1_0.25_224_tfjs');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-transfer-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a network with random weights as TensorFlow.js does: a manifest and two files with the bytes of the weights. */
async function writeSeededWeights(): Promise<void> {
  setRandomSeed(5);
  const network = await mobileNet({ alpha: seeded.alpha, weights: null, classes: 2, inputShape: [32, 32, 3] });
  const named = network.layers.flatMap(({ name, weights }) => weights.map((weight) => ({ layer: name, weight })));
  const parts = await Promise.all(named.map(async ({ weight }) => Float32Array.from(await weight.value.data())));
  const bytes = Buffer.concat(parts.map(({ buffer }) => new Uint8Array(buffer)));
  const weights = named.map(({ layer, weight: { name, shape } }) => ({
    name: `${layer}/${name}`,
    shape,
    dtype: 'float32',
  }));
  const paths = ['group1-shard1of2', 'group1-shard2of2'];
  await writeFile(join(folder, 'model.json'), JSON.stringify({ weightsManifest: [{ paths, weights }] }));
  await writeFile(join(folder, paths[0]), bytes.subarray(0, 5001));
  await writeFile(join(folder, paths[1]), bytes.subarray(5001));
}

/** Chooses a folder of photos in the page. */
async function upload(page: Page, photos: string): Promise<void> {
  await page.evaluate(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.webkitdirectory = true;
    document.body.replaceChildren(input);
  });
  await page.locator('input').setInputFiles(photos);
}

/** Fine-tunes a network in the page and in Node, and loads the file that the page saved. */
async function expectSameInPage(page: Page, request: TransferRequest, file: string, photos: string): Promise<void> {
  await upload(page, photos);
  const [saved, inPage] = await Promise.all([
    page.waitForEvent('download'),
    page.evaluate((given) => transfer.fineTuneUpload(given), request),
  ]);
  const { model: _, ...inNode } = await fineTune({ ...request, weights: file }, photos);
  expect(inPage).toEqual(inNode);

  const loaded = await loadModel(new Uint8Array(await readFile(await saved.path())));
  expect(await digestsOf(loaded)).toEqual(inPage.digests);
  expect(await scoresOf(loaded, photos, request.size)).toEqual(inPage.scores);

  const [before, withHead, after] = inPage.base;
  expect(withHead).toEqual(before);
  // The last block has a kernel and the four weights of a batch normalization, twice.
  expect(after.slice(0, -10)).toEqual(before.slice(0, -10));
  for (const kernel of [after.length - 10, after.length - 5]) expect(after[kernel]).not.toBe(before[kernel]);
}

describeInBrowser(
  'fine-tuning a MobileNet in a page',
  join(import.meta.dirname, 'page.fixture.ts'),
  (page) => {
    test('learns from uploaded photos as in Node, and saves a file that Node loads', async () => {
      await writeSeededWeights();
      const photos = join(folder, 'seeded');
      for (const [label, name] of ['dark', 'light'].entries()) {
        await mkdir(join(photos, name), { recursive: true });
        for (let i = 0; i < 3; i++) {
          const data = Uint8Array.from({ length: 40 * 36 * 3 }, (_, at) => ((at * 7 + 31 * i) % 128) + 120 * label);
          await writeFile(join(photos, name, `${i}.png`), await encodeImage(hostArray('uint8', [40, 36, 3], data)));
        }
      }
      const request = { ...seeded, weights: '/seeded/model.json' };
      await expectSameInPage(page(), request, join(folder, 'model.json'), photos);
    });

    describeWithShared('with published weights', 'data/models', (models) => {
      test('learns from parts of two photos as in Node', async () => {
        const photos = join(folder, 'published');
        for (const name of ['cat', 'panda']) {
          await mkdir(join(photos, name), { recursive: true });
          const photo = await decodeImage(join(models, 'reference', `${name}_224.png`));
          for (const offset of [0, 20, 40]) {
            const rows = photo.data.slice(offset * 224 * 3, (offset + 170) * 224 * 3);
            const part = await encodeImage(hostArray('uint8', [170, 224, 3], rows));
            await writeFile(join(photos, name, `${offset}.png`), part);
          }
        }
        const request = { ...published, weights: '/published/model.json' };
        await expectSameInPage(page(), request, join(publishedFolder, 'model.json'), photos);
      });
    });
  },
  {
    globalName: 'transfer',
    files: async (path) => {
      const [, source, file = ''] = path.split('/');
      return await readFile(join(source === 'seeded' ? folder : publishedFolder, file));
    },
  },
);
