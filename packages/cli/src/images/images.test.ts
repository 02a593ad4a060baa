import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { Classifier } from '../classify/classifier.ts';
import { centreDigit } from './centre-digit.ts';
import { type GreyImage, greyOf } from './grey-image.ts';
import { digitInput, imageInput } from './image-input.ts';
import { readImage } from './read-image.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-images-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Draws a digit one off centre, in the given colours. */
const drawn = (ink: string, paper: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="300">${paper === '' ? '' : `<rect width="200" height="300" fill="${paper}"/>`}<rect x="30" y="40" width="20" height="100" fill="${ink}"/></svg>`;

async function image(name: string, svg: string): Promise<GreyImage> {
  const path = join(folder, `${name}.png`);
  await writeFile(path, await sharp(Buffer.from(svg)).png().toBuffer());
  return greyOf(await readImage(path));
}

const rowOf = ({ pixels, width }: GreyImage, row: number) => [...pixels.slice(row * width, (row + 1) * width)];

describe('centreDigit', () => {
  test.each([
    ['black on white', 'black', 'white'],
    ['white on black', 'white', 'black'],
    ['blue on grey', '#000080', '#c8c8c8'],
    ['black on transparent', 'black', ''],
    ['white on transparent', 'white', ''],
  ])('converts a digit drawn in %s to light on black, 20 of 28 pixels high and centred', async (name, ink, paper) => {
    const digit = centreDigit(await image(name, drawn(ink, paper)), 28, 28, name);
    expect([digit.width, digit.height]).toEqual([28, 28]);
    const strong = rowOf(digit, 14).flatMap((value, column) => (value > 200 ? [column] : []));
    expect(strong).toEqual([12, 13, 14, 15]);
    const rows = Array.from({ length: 28 }, (_, row) => Math.max(...rowOf(digit, row)));
    expect(rows.flatMap((value, row) => (value > 200 ? [row] : []))).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 4),
    );
    expect(rowOf(digit, 0)).toEqual(Array(28).fill(0));
  });

  test('inverts an image that has the requested size, without moving the digit', () => {
    const pixels = Uint8Array.from({ length: 784 }, (_, i) => (i === 300 ? 90 : 0));
    expect(centreDigit({ width: 28, height: 28, pixels }, 28, 28, 'it').pixels).toEqual(pixels);
    const inverted = pixels.map((pixel) => 255 - pixel);
    expect(centreDigit({ width: 28, height: 28, pixels: inverted }, 28, 28, 'it').pixels).toEqual(pixels);
  });

  test('rejects a blank image', () => {
    const blank = { width: 50, height: 50, pixels: new Uint8Array(2500).fill(250) };
    expect(() => centreDigit(blank, 28, 28, 'paper.png')).toThrow(
      expect.objectContaining({ code: 'corrupt', data: { source: 'paper.png' } }),
    );
  });
});

/** Creates a stub classifier with the given input shape. */
const networkOf = (...shape: (number | null)[]): Classifier => ({
  name: 'net',
  input: { shape: [null, ...shape], dtype: 'float32' },
  scalesPixels: null,
  predict: async (x) => x,
});

describe('digitInput', () => {
  const one = { width: 28, height: 28, pixels: Uint8Array.from({ length: 784 }, (_, i) => (i % 28 === 14 ? 255 : 0)) };
  const inputOf = (...shape: (number | null)[]) => digitInput(one, networkOf(...shape), 'one.png').shape;

  test.each([[[28, 28]], [[28, 28, 1]], [[784]], [[1, 28, 28]], [[16, 20, 1]], [[784, 1]]])(
    'creates a batch of one image for a network with input shape %j',
    (shape) => {
      expect(inputOf(...shape)).toEqual([1, ...shape]);
    },
  );

  test('creates an image of 28 by 28 pixels for a network that accepts any size', () => {
    expect(inputOf(null, null, 1)).toEqual([1, 28, 28, 1]);
  });

  test.each([[[2]], [[28, 28, 5]], [[4, 4, 4, 4]], [[32, 32, 3]]])('rejects a network with input shape %j', (shape) => {
    expect(() => inputOf(...shape)).toThrow(
      expect.objectContaining({ code: 'shape', data: { source: 'net', input: shape } }),
    );
  });
});

describe('imageInput, for a network with three channels,', () => {
  // The left half is red and the right half green, which reveals whether the image was centred or inverted.
  const halves =
    '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><rect width="40" height="40" fill="#ff0000"/>' +
    '<rect x="40" width="40" height="40" fill="#00ff00"/></svg>';
  const picture = async () => {
    const path = join(folder, 'halves.png');
    await writeFile(path, await sharp(Buffer.from(halves)).png().toBuffer());
    return readImage(path);
  };

  test('resizes the image and puts the channels last', async () => {
    const { shape, data } = await imageInput(await picture(), networkOf(8, 8, 3), 'halves.png', false);
    expect(shape).toEqual([1, 8, 8, 3]);
    for (let row = 0; row < 8; row++) {
      expect([...data.slice(row * 24, row * 24 + 3)]).toEqual([255, 0, 0]);
      expect([...data.slice(row * 24 + 21, row * 24 + 24)]).toEqual([0, 255, 0]);
    }
  });

  test('puts the channels first for a network with channels-first input', async () => {
    const { shape, data } = await imageInput(await picture(), networkOf(3, 8, 8), 'halves.png', false);
    expect(shape).toEqual([1, 3, 8, 8]);
    expect([data[0], data[7], data[64], data[71], data[128], data[135]]).toEqual([255, 0, 0, 255, 0, 0]);
  });

  test('creates an image of 224 by 224 pixels for a network that accepts any size', async () => {
    expect((await imageInput(await picture(), networkOf(null, null, 3), 'halves.png', false)).shape).toEqual([
      1, 224, 224, 3,
    ]);
  });

  test('makes transparent pixels white', async () => {
    const clear = { width: 2, height: 2, rgba: new Uint8Array(16) };
    expect([...(await imageInput(clear, networkOf(1, 2, 3), 'clear.png', false)).data]).toEqual(new Array(6).fill(255));
  });
});

describe('imageInput, for a network with one channel,', () => {
  test('resizes the image in grey, without inverting or centring it', async () => {
    // Light on top, dark below: a digit would be inverted and moved.
    const rgba = Uint8Array.from({ length: 8 * 8 * 4 }, (_, i) => (i % 4 === 3 || i < 64 ? 255 : 30));
    const { shape, data } = await imageInput({ width: 8, height: 8, rgba }, networkOf(8, 8, 1), 'photo.png', false);
    expect(shape).toEqual([1, 8, 8, 1]);
    expect([...data]).toEqual(Array.from({ length: 64 }, (_, i) => (i < 16 ? 255 : 30)));
    const digit = await imageInput({ width: 8, height: 8, rgba }, networkOf(16, 16, 1), 'digit.png', true);
    expect(digit.data[0]).toBe(0);
  });
});

describe('readImage', () => {
  test('rejects a file that is not an image, with its path', async () => {
    const path = join(folder, 'text.png');
    await writeFile(path, 'no image');
    await expect(readImage(path)).rejects.toMatchObject({ code: 'corrupt', data: { source: path } });
  });

  test('rejects a missing file, with its path', async () => {
    await expect(readImage(join(folder, 'none.png'))).rejects.toMatchObject({ code: 'notFound' });
  });
});
