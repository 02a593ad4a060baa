import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import '@manabi/backend-cpu/register';
import { sha256 } from '@manabi/files';
import { exportOnnx } from '@manabi/onnx';
import { loadModel } from '@manabi/serialization';
import { describeInBrowser } from './browser.fixture.ts';
import { digestsOf, train } from './network.fixture.ts';

declare global {
  /** The exports of `page.fixture.ts`, defined only in the page. */
  var manabi: typeof import('./page.fixture.ts');
}

describeInBrowser('a page', join(import.meta.dirname, 'page.fixture.ts'), (page) => {
  test('trains a convolutional network with bit-identical losses and weights in a page and in Node', async () => {
    const inNode = await train();
    const inPage = await page().evaluate(() => manabi.training());
    expect(inPage.loss).toEqual(inNode.loss);
    expect(inPage.digests).toEqual(inNode.digests);
    expect(new Set(inNode.loss.filter(Number.isFinite)).size).toBe(3);
  });

  test('exports the trained network to the same ONNX file as Node', async () => {
    const { model } = await train();
    expect(await page().evaluate(() => manabi.onnxDigest())).toBe(await sha256(await exportOnnx(model)));
  });

  test.each(['indexedDb', 'opfs'] as const)('stores files in %s until they are removed', async (name) => {
    expect(await page().evaluate((store) => manabi.throughStore(store), name)).toEqual({
      numbers: [2, 0.5, -3],
      afterRemoval: 'notFound',
    });
  });

  test.each(['indexedDb', 'opfs'] as const)('loads a model saved in %s', async (name) => {
    const { saved, loaded } = await page().evaluate((store) => manabi.modelThroughStore(store), name);
    expect(loaded).toEqual(saved);
  });

  test('downloads a model file that Node can load', async () => {
    const [download] = await Promise.all([
      page().waitForEvent('download'),
      page().evaluate(() => manabi.downloadModel()),
    ]);
    expect(download.suggestedFilename()).toBe('network.keras');
    const model = await loadModel(new Uint8Array(await readFile(await download.path())));
    expect(await digestsOf(model)).toEqual((await train()).digests);
  });

  test('resumes the training of a closed page in a new page, with bit-identical results', async () => {
    const inNode = await train();
    await page().evaluate(() => manabi.trainUntilClosed());
    await page().reload();
    await page().waitForFunction(() => 'manabi' in globalThis);
    const { steps, loss, digests } = await page().evaluate(() => manabi.resumedTraining());
    // The earlier page completed five of nine steps.
    expect(steps).toBe(4);
    expect(loss).toEqual(inNode.loss);
    expect(digests).toEqual(inNode.digests);
  });
});
