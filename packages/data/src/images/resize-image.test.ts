import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type GoldenArray, goldenArray } from '@manabi/testing';
import { type HostArray, hostArray, type Interpolation, resizeImage } from './index.ts';

interface Goldens {
  readonly image: GoldenArray;
  readonly photo: GoldenArray;
  readonly cases: readonly {
    readonly interpolation: Interpolation;
    readonly antialias: boolean;
    readonly size: readonly [number, number];
    readonly result: GoldenArray;
  }[];
  readonly fitted: readonly {
    readonly interpolation: Interpolation;
    readonly size: readonly [number, number];
    readonly crop: GoldenArray;
    readonly pad: GoldenArray;
  }[];
}

const goldens: Goldens = JSON.parse(await readFile(join(import.meta.dirname, 'goldens/resize.json'), 'utf8'));
const bytes = (array: GoldenArray): HostArray => hostArray('uint8', array.shape, Uint8Array.from(goldenArray(array)));
const [image, photo] = [bytes(goldens.image), bytes(goldens.photo)];

/** Returns the largest difference between a result and its golden; infinite if their shapes differ. */
function difference(result: HostArray, golden: GoldenArray): number {
  expect(result.shape).toEqual(golden.shape);
  const expected = goldenArray(golden);
  return Math.max(...expected.map((value, i) => Math.abs(value - result.data[i])));
}

describe('resizeImage', () => {
  test.each(goldens.cases)(
    'equals tf.image.resize: $interpolation to $size, antialias $antialias',
    ({ interpolation, antialias, size, result }) => {
      const resized = resizeImage(image, size, { interpolation, antialias });
      expect(resized.dtype).toBe(interpolation === 'nearest' ? 'uint8' : 'float32');
      expect(difference(resized, result)).toBeLessThan(2e-4);
    },
  );

  test.each(goldens.fitted)('keeps the aspect ratio as Keras: $interpolation to $size', (each) => {
    const { interpolation, size, crop, pad } = each;
    expect(difference(resizeImage(photo, size, { interpolation, cropToAspectRatio: true }), crop)).toBeLessThan(2e-4);
    expect(difference(resizeImage(photo, size, { interpolation, padToAspectRatio: true }), pad)).toBeLessThan(2e-4);
  });

  test('samples at half-pixel centres, without antialiasing', () => {
    const row = hostArray('float32', [1, 4, 1], Float32Array.of(0, 10, 20, 30));
    expect([...resizeImage(row, [1, 8]).data]).toEqual([0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30]);
    const checks = hostArray('float32', [1, 8, 1], Float32Array.of(9, 0, 0, 9, 9, 0, 0, 9));
    expect([...resizeImage(checks, [1, 2]).data]).toEqual([0, 0]);
  });

  test('resizes each image of a batch', () => {
    const batch = hostArray('uint8', [2, 6, 9, 2], Uint8Array.from([...image.data, ...image.data.map((x) => 255 - x)]));
    const { shape, data } = resizeImage(batch, 4);
    expect(shape).toEqual([2, 4, 4, 2]);
    const inverted = hostArray(
      'uint8',
      [6, 9, 2],
      Uint8Array.from(image.data, (x) => 255 - x),
    );
    expect([...data]).toEqual([...resizeImage(image, 4).data, ...resizeImage(inverted, 4).data]);
  });

  test('keeps the dtype for nearest, also of int32', () => {
    const ids = hostArray('int32', [2, 2, 1], Int32Array.of(-1, 300, 7, 8));
    const { dtype, data } = resizeImage(ids, [2, 4], { interpolation: 'nearest' });
    expect([dtype, ...data]).toEqual(['int32', -1, -1, 300, 300, 7, 7, 8, 8]);
  });

  test.each([
    ['rank 2', hostArray('uint8', [2, 2], new Uint8Array(4)), 4, {}, 'shape'],
    ['an image without pixels', hostArray('uint8', [0, 2, 1], new Uint8Array(0)), 4, {}, 'shape'],
    ['a size of 0', image, [0, 4], {}, 'argument'],
    ['both ratios', image, 4, { cropToAspectRatio: true, padToAspectRatio: true }, 'argument'],
    ['an unknown interpolation', image, 4, { interpolation: 'cubic' }, 'argument'],
    ['a typed array', new Uint8Array(4), 4, {}, 'argument'],
  ])('rejects %s', (_, given, size, options, code) => {
    // The types exclude these arguments.
    expect(() => resizeImage(given as never, size as never, options as never)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
