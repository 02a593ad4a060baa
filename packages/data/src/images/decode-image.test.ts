import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { describeWithShared, type GoldenArray, goldenArray } from '@manabi/testing';
import { decodeImage } from './index.ts';

interface Decoded {
  readonly file: string;
  readonly rgb: GoldenArray;
  readonly grey: GoldenArray;
  readonly rgba: GoldenArray;
}

const golden = async <T>(name: string): Promise<T> =>
  JSON.parse(await readFile(join(import.meta.dirname, 'goldens', `${name}.json`), 'utf8'));

const files = await golden<Readonly<Record<string, Decoded>>>('decode');
const bytesOf = (name: string) => Uint8Array.from(Buffer.from(files[name].file, 'base64'));

describe('decodeImage', () => {
  test.each(Object.entries(files))('decodes %s to the pixels of PIL', async (name, { rgb, grey, rgba }) => {
    for (const [channels, expected] of [
      [1, grey],
      [3, rgb],
      [4, rgba],
    ] as const) {
      const image = await decodeImage(bytesOf(name), { channels });
      expect(image.dtype).toBe('uint8');
      expect(image.shape).toEqual(expected.shape);
      expect([...image.data]).toEqual(goldenArray(expected));
    }
  });

  test('returns RGB by default', async () => {
    expect((await decodeImage(bytesOf('greyAlpha.png'))).shape).toEqual([12, 16, 3]);
  });

  test('does not turn an image if exifOrientation is false, as Keras and PIL', async () => {
    const image = await decodeImage(bytesOf('orientation6.jpg'), { exifOrientation: false });
    expect(image.shape).toEqual([12, 16, 3]);
    expect([...image.data]).toEqual(goldenArray(files['orientation1.jpg'].rgb));
  });

  test('decodes a blob', async () => {
    const image = await decodeImage(new Blob([bytesOf('rgb.png')]));
    expect([...image.data]).toEqual(goldenArray(files['rgb.png'].rgb));
  });

  test.each(Object.keys(files))('rejects %s if it is cut off', async (name) => {
    const bytes = bytesOf(name);
    for (const part of [0.3, 0.6, 0.9]) {
      const cut = new File([bytes.slice(0, part * bytes.length)], name);
      await expect(decodeImage(cut)).rejects.toMatchObject({ code: 'corrupt', data: { source: name } });
    }
  });

  test('rejects a file that is not an image, with its name', async () => {
    await expect(decodeImage(new File(['hello'], 'photo.jpg'))).rejects.toMatchObject({
      code: 'corrupt',
      data: { source: 'photo.jpg' },
    });
    await expect(decodeImage(new Uint8Array(0), { name: 'nothing' })).rejects.toMatchObject({
      code: 'corrupt',
      data: { source: 'nothing' },
    });
  });

  test('rejects a missing file', async () => {
    await expect(decodeImage(join(import.meta.dirname, 'missing.png'))).rejects.toMatchObject({ code: 'notFound' });
  });

  test.each([
    ['a number as source', 3, {}],
    ['two channels', new Uint8Array(1), { channels: 2 }],
    ['an unknown option', new Uint8Array(1), { channel: 3 }],
  ])('rejects %s', async (_, source, options) => {
    // The types exclude these arguments.
    await expect(decodeImage(source as never, options as never)).rejects.toMatchObject({ code: 'argument' });
  });
});

interface EdgeCase {
  readonly height: number;
  readonly width: number;
  readonly means: readonly number[];
}

describeWithShared('decodeImage, on real files with profiles and EXIF data', 'data/jpeg-edge-cases', (folder) => {
  test('decodes every file to the colours of PIL', async () => {
    const cases = Object.entries(await golden<Readonly<Record<string, EdgeCase>>>('edge-cases'));
    expect(cases).toHaveLength(9);
    for (const [name, { height, width, means }] of cases) {
      const { shape, data } = await decodeImage(join(folder, name));
      expect([name, ...shape]).toEqual([name, height, width, 3]);
      const got = means.map((_, i) => partMean(data, height, width, Math.floor(i / 3), i % 3));
      expect(Math.max(...got.map((mean, i) => Math.abs(mean - means[i])))).toBeLessThan(0.5);
    }
  });
});

/** Returns the mean of a channel in one of 4 by 4 parts of an image. */
function partMean(data: ArrayLike<number>, height: number, width: number, part: number, channel: number): number {
  const [row, column] = [Math.floor(part / 4), part % 4];
  const bounds = (length: number, i: number) => [Math.floor((length * i) / 4), Math.floor((length * (i + 1)) / 4)];
  const [[top, bottom], [left, right]] = [bounds(height, row), bounds(width, column)];
  let sum = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) sum += data[3 * (y * width + x) + channel];
  }
  return sum / ((bottom - top) * (right - left));
}
