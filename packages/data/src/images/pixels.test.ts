import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeImage, encodeImage, fromPixels, hostArray, saveImage, toPixels } from './index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-pixels-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A smooth image, which JPEG and WebP keep well. */
const smooth = (channels: number) =>
  hostArray(
    'uint8',
    [16, 24, channels],
    Uint8Array.from({ length: 16 * 24 * channels }, (_, i) => {
      const [pixel, channel] = [Math.floor(i / channels), i % channels];
      return channel === 3 ? 255 : 40 + 5 * (pixel % 24) + 3 * Math.floor(pixel / 24) + 10 * channel;
    }),
  );

describe('fromPixels', () => {
  const source = { width: 2, height: 1, data: Uint8ClampedArray.of(10, 20, 30, 40, 250, 250, 250, 0) };

  test('copies RGBA pixels with the requested channels', () => {
    expect(fromPixels(source)).toMatchObject({ dtype: 'uint8', shape: [1, 2, 3] });
    expect([...fromPixels(source).data]).toEqual([10, 20, 30, 250, 250, 250]);
    expect([...fromPixels(source, { channels: 1 }).data]).toEqual([18, 250]);
    const rgba = fromPixels(source, { channels: 4 });
    source.data[0] = 11;
    expect(rgba.data[0]).toBe(10);
    source.data[0] = 10;
  });

  test.each([
    ['an object without a size', {}, 'argument'],
    ['a video that is not loaded', { videoWidth: 0, videoHeight: 0, width: 300, height: 150 }, 'data'],
    ['too few bytes', { width: 2, height: 2, data: new Uint8ClampedArray(15) }, 'shape'],
    ['an array', hostArray('uint8', [1], new Uint8Array(1)), 'argument'],
  ])('rejects %s', (_, given, code) => {
    // The types exclude these arguments.
    expect(() => fromPixels(given as never)).toThrow(expect.objectContaining({ code }));
  });
});

describe('toPixels', () => {
  test('rounds values and limits them to the range, whatever the dtype', () => {
    const values = hostArray('float32', [1, 2, 3], Float32Array.of(-5, 0.4, 0.5, 100.5, 255, 300));
    expect([...toPixels(values).data]).toEqual([0, 0, 1, 255, 101, 255, 255, 255]);
    const scaled = hostArray('float32', [1, 2], Float32Array.of(0, 0.5));
    expect([...toPixels(scaled, { valueRange: [0, 1] }).data]).toEqual([0, 0, 0, 255, 128, 128, 128, 255]);
    expect([...toPixels(scaled, { valueRange: [-1, 1] }).data].slice(0, 5)).toEqual([128, 128, 128, 255, 191]);
  });

  test('keeps an alpha channel', () => {
    const { data } = toPixels(hostArray('uint8', [1, 1, 4], Uint8Array.of(1, 2, 3, 4)));
    expect([...data]).toEqual([1, 2, 3, 4]);
  });

  test.each([
    ['two channels', hostArray('uint8', [1, 1, 2], new Uint8Array(2)), {}, 'shape'],
    ['a batch', hostArray('uint8', [1, 1, 1, 3], new Uint8Array(3)), {}, 'shape'],
    ['an empty range', hostArray('uint8', [1, 1, 3], new Uint8Array(3)), { valueRange: [1, 1] }, 'argument'],
    ['a range of one number', hostArray('uint8', [1, 1, 3], new Uint8Array(3)), { valueRange: [1] }, 'argument'],
  ])('rejects %s', (_, image, options, code) => {
    // The types exclude some of these arguments.
    expect(() => toPixels(image, options as never)).toThrow(expect.objectContaining({ code }));
  });
});

describe('encodeImage', () => {
  test.each([1, 3, 4] as const)('writes PNG files of %i channels without loss', async (channels) => {
    const image = smooth(channels);
    const decoded = await decodeImage(await encodeImage(image), { channels });
    expect(decoded.shape).toEqual(image.shape);
    expect([...decoded.data]).toEqual([...image.data]);
  });

  test.each(['jpeg', 'webp'] as const)('writes %s files, smaller at a lower quality', async (format) => {
    const image = smooth(3);
    const [good, poor] = [
      await encodeImage(image, { format, quality: 95 }),
      await encodeImage(image, { format, quality: 5 }),
    ];
    expect(poor.length).toBeLessThan(good.length);
    const { data } = await decodeImage(good);
    expect(Math.max(...image.data.map((value, i) => Math.abs(value - data[i])))).toBeLessThan(12);
  });

  test('converts values in a range', async () => {
    const image = hostArray('float32', [1, 2, 1], Float32Array.of(0, 1));
    expect([...(await decodeImage(await encodeImage(image, { valueRange: [0, 1] }), { channels: 1 })).data]).toEqual([
      0, 255,
    ]);
  });

  test.each([
    ['a quality for PNG', smooth(3), { quality: 50 }],
    ['an alpha channel for JPEG', smooth(4), { format: 'jpeg' }],
    ['an unknown format', smooth(3), { format: 'bmp' }],
    ['a quality of 0', smooth(3), { format: 'jpeg', quality: 0 }],
  ])('rejects %s', async (_, image, options) => {
    // The types exclude some of these options.
    await expect(encodeImage(image, options as never)).rejects.toMatchObject({ code: 'argument' });
  });
});

describe('saveImage', () => {
  test.each([
    ['png', 'png'],
    ['JPG', 'jpeg'],
    ['webp', 'webp'],
  ])('writes a file with the extension %s', async (extension, format) => {
    const path = join(folder, `image.${extension}`);
    await saveImage(path, smooth(3));
    expect((await decodeImage(path)).shape).toEqual([16, 24, 3]);
    const { imageFacts } = await import('./image-format.ts');
    const { readBytes } = await import('@manabi/files');
    expect(imageFacts(await readBytes(path))?.format).toBe(format);
  });

  test('rejects an unknown extension and a missing folder', async () => {
    await expect(saveImage(join(folder, 'image.bmp'), smooth(3))).rejects.toMatchObject({ code: 'argument' });
    await expect(saveImage(join(folder, 'no', 'image.png'), smooth(3))).rejects.toMatchObject({ code: 'notFound' });
  });
});
