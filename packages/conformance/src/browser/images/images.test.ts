import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { encodeImage, hostArray } from '@manabi/data/images';
import { imageFolder } from '@manabi/datasets';
import { ImageDataGenerator } from '@manabi/datasets/generator';
import { type GoldenArray, goldenArray } from '@manabi/testing';
import { describeInBrowser } from '../browser.fixture.ts';

declare global {
  /** The exports of `page.fixture.ts`, defined only in the page. */
  var images: typeof import('./page.fixture.ts');
}

interface Decoded {
  readonly file: string;
  readonly rgb: GoldenArray;
  readonly grey: GoldenArray;
}

const goldens = join(import.meta.dirname, '../../../../data/src/images/goldens/decode.json');
const files: Readonly<Record<string, Decoded>> = JSON.parse(await readFile(goldens, 'utf8'));

/** Largest difference from PIL: browsers convert CMYK by a profile, and blend alpha in the memory of a canvas. */
const toleranceOf = (name: string) =>
  name === 'cmyk.jpg' ? 60 : /rgba|Alpha/.test(name) ? 130 : /jpg/.test(name) ? 3 : 0;

describeInBrowser(
  'images in a page',
  join(import.meta.dirname, 'page.fixture.ts'),
  (page) => {
    test.each(Object.entries(files))('decodes %s to the pixels of PIL', async (name, { file, rgb, grey }) => {
      for (const [channels, expected] of [
        [3, rgb],
        [1, grey],
      ] as const) {
        const request = { base64: file, channels, exifOrientation: true };
        const image = await page().evaluate((given) => images.decode(given), request);
        if (typeof image === 'string') throw new Error(image);
        expect(image.shape).toEqual(expected.shape);
        const differences = goldenArray(expected).map((value, i) => Math.abs(value - image.data[i]));
        expect(Math.max(...differences)).toBeLessThanOrEqual(toleranceOf(name));
      }
    });

    test('keeps the alpha channel', async () => {
      const request = { base64: files['rgba.png'].file, channels: 4 as const, exifOrientation: true };
      const image = await page().evaluate((given) => images.decode(given), request);
      if (typeof image === 'string') throw new Error(image);
      expect(image.data.filter((_, i) => i % 4 === 3).slice(0, 16)).toEqual(
        Array.from({ length: 16 }, (_, i) => Math.floor(1 + (254 * i) / 15)),
      );
    });

    test('does not turn images if exifOrientation is false', async () => {
      const request = { base64: files['orientation6.jpg'].file, channels: 3 as const, exifOrientation: false };
      const image = await page().evaluate((given) => images.decode(given), request);
      expect(image).toMatchObject({ shape: [12, 16, 3] });
    });

    test('decodes in a worker', async () => {
      const request = { base64: files['rgb.png'].file, channels: 3 as const, exifOrientation: true };
      const image = await page().evaluate((given) => images.decodeInWorker(given), request);
      expect(image).toEqual({ shape: files['rgb.png'].rgb.shape, data: goldenArray(files['rgb.png'].rgb) });
    });

    test.each(['rgb.png', '420.jpg', 'lossless.webp', 'palette.gif'])('rejects %s if it is cut off', async (name) => {
      const bytes = Buffer.from(files[name].file, 'base64');
      const base64 = bytes.subarray(0, 0.8 * bytes.length).toString('base64');
      const request = { base64, channels: 3 as const, exifOrientation: true };
      expect(await page().evaluate((given) => images.decode(given), request)).toBe('corrupt');
    });

    test('writes PNG without loss, and JPEG and WebP closely', async () => {
      const { png, jpeg, webp } = await page().evaluate(() => images.throughFormats());
      expect(png).toBe(0);
      expect(Math.max(jpeg, webp)).toBeLessThan(12);
    });

    test('draws pixels on a canvas, and reads them from every source', async () => {
      const expected = [1, 2, 3, 255, 0, 0, 0, 0, 255];
      expect(await page().evaluate(() => images.pixelsOfSources())).toEqual({
        data: expected,
        canvas: expected,
        offscreen: expected,
        image: expected,
        bitmap: expected,
      });
    });

    test('reads the frames of a video, as of a camera, once it has one', async () => {
      const { before, shape, centre } = await page().evaluate(() => images.pixelsOfVideo());
      expect(before).toBe('data');
      expect(shape).toEqual([48, 64, 3]);
      expect(centre[0]).toBeGreaterThan(240);
      expect(Math.max(centre[1], centre[2])).toBeLessThan(15);
    });

    test('reads the images of a folder upload like Node reads the folder', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'manabi-upload-'));
      for (const [label, name] of ['cats', 'dogs'].entries()) {
        await mkdir(join(folder, name));
        for (let i = 0; i < 3; i++) {
          const data = Uint8Array.from({ length: 6 * 7 * 3 }, (_, at) => (at * 5 + 40 * i + 90 * label) % 256);
          await writeFile(join(folder, name, `${i}.png`), await encodeImage(hostArray('uint8', [6, 7, 3], data)));
        }
      }
      await page().evaluate(() => {
        const input = document.createElement('input');
        input.type = 'file';
        input.webkitdirectory = true;
        document.body.append(input);
      });
      await page().locator('input').setInputFiles(folder);
      const upload = await page().evaluate(() => images.readUpload());
      expect(upload.classNames).toEqual(['cats', 'dogs']);

      const [batch] = await (await imageFolder(folder, { imageSize: [4, 5], shuffle: false })).toArray();
      const generator = new ImageDataGenerator({ rescale: 1 / 255 });
      const options = { targetSize: [4, 5], shuffle: false, classMode: 'sparse' } as const;
      const [element] = await (await generator.flowFromDirectory(folder, options)).toArray();
      await rm(folder, { recursive: true });
      expect(upload.folder).toEqual(batch.map(({ shape, data }) => ({ shape, data: [...data] })));
      if (!Array.isArray(element)) throw new Error('the flow has no labels');
      expect(upload.flow).toEqual(element.map(({ shape, data }) => ({ shape, data: [...data] })));
    });
  },
  { globalName: 'images' },
);
