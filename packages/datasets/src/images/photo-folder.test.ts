import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeImage, interpolations } from '@manabi/data/images';
import { type HostArray, hostArray } from '@manabi/ir';
import { type DirectoryFlowOptions, ImageDataGenerator } from '../generator/index.ts';
import { imageFolder } from '../index.ts';
import { goldenPhotos } from '../photos/golden-photos.fixture.ts';
import type { ImageFolderOptions } from './image-folder-options.ts';

let root = '';
/** Photos of all forms, and other images. */
let folder = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'manabi-photos-'));
  folder = join(root, 'photos');
  await mkdir(join(folder, 'a'), { recursive: true });
  await mkdir(join(folder, 'b'));
  for (const [i, { bytes }] of goldenPhotos.entries()) {
    await writeFile(join(folder, i % 3 === 0 ? 'a' : 'b', `${i}.${i % 2 === 0 ? 'jpg' : 'JPEG'}`), bytes);
  }
  for (const channels of [1, 3, 4]) {
    const pixels = Uint8Array.from({ length: 7 * 9 * channels }, (_, i) => (i * 37) % 256);
    const image = await encodeImage(hostArray('uint8', [7, 9, channels], pixels), { format: 'png' });
    await writeFile(join(folder, 'a', `${channels}.png`), image);
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function imagesOf(source: string, options: ImageFolderOptions): Promise<HostArray[]> {
  const dataset = await imageFolder(source, { shuffle: false, batchSize: 6, ...options, labels: null });
  return await dataset.toArray();
}

describe('imageFolder, on threads,', () => {
  const variants: readonly ImageFolderOptions[] = [
    ...interpolations.map((interpolation) => ({ interpolation })),
    { antialias: true },
    { cropToAspectRatio: true },
    { padToAspectRatio: true },
    { padToAspectRatio: true, interpolation: 'nearest', dtype: 'uint8' },
    { cropToAspectRatio: true, interpolation: 'nearest', colorMode: 'rgba' },
    { colorMode: 'grayscale' },
    { colorMode: 'rgba', dtype: 'uint8' },
    { dtype: 'uint8', interpolation: 'bicubic' },
    { exifOrientation: false },
    { batchSize: null },
  ];

  test.each(variants)('returns the bits of decodeImage and resizeImage: %j', async (options) => {
    for (const imageSize of [
      [13, 29],
      [40, 7],
    ] as const) {
      const expected = await imagesOf(folder, { ...options, imageSize, threads: 0 });
      const images = await imagesOf(folder, { ...options, imageSize, threads: 2 });
      // A comparison of bytes is faster than that of arrays, and distinguishes 0 and -0.
      const difference = images.findIndex(({ shape, data }, i) => {
        const other = expected[i];
        const bytes = (view: ArrayBufferView) => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
        return shape.join() !== other.shape.join() || !bytes(data).equals(bytes(other.data));
      });
      expect([images.length, difference]).toEqual([expected.length, -1]);
    }
  });

  test('divides large batches among threads', async () => {
    const many = join(root, 'many');
    await mkdir(many);
    const photos = goldenPhotos.filter(({ isFast }) => isFast);
    for (let i = 0; i < 150; i++) {
      await writeFile(join(many, `${1000 + i}.jpg`), photos[(i * i) % photos.length].bytes);
    }
    const [[expected], [images]] = [
      await imagesOf(many, { batchSize: 150, imageSize: 9, threads: 0 }),
      await imagesOf(many, { batchSize: 150, imageSize: 9, threads: 2 }),
    ];
    expect(images).toEqual(expected);
  });

  test('keeps images in memory with cache: true', async () => {
    const copy = join(root, 'cached');
    await mkdir(join(copy, 'a'), { recursive: true });
    for (const i of [0, 1, 2]) await writeFile(join(copy, 'a', `${i}.jpg`), goldenPhotos[i].bytes);
    const dataset = await imageFolder(copy, { cache: true, imageSize: 8, shuffle: false, batchSize: 2, threads: 1 });
    const first = await dataset.toArray();
    await rm(copy, { recursive: true });
    expect(await dataset.toArray()).toEqual(first);
  });

  test.each<DirectoryFlowOptions>([
    { interpolation: 'bilinear' },
    { interpolation: 'bilinear', keepAspectRatio: true },
    { interpolation: 'bilinear', colorMode: 'grayscale' },
    { interpolation: 'nearest' },
    { interpolation: 'nearest', colorMode: 'grayscale', keepAspectRatio: true },
    { interpolation: 'bicubic' },
    { interpolation: 'bilinear', colorMode: 'rgba' },
  ])('feeds ImageDataGenerator with the same images: %j', async (options) => {
    for (const targetSize of [
      [12, 15],
      [40, 7],
      [17, 23],
    ] as const) {
      const flow = async (threads: number) => {
        const generator = new ImageDataGenerator({ rotationRange: 30, horizontalFlip: true });
        const flowOptions = { ...options, targetSize, seed: 3, threads, batchSize: 9 };
        return await (await generator.flowFromDirectory(folder, flowOptions)).toArray();
      };
      expect(await flow(2)).toEqual(await flow(0));
    }
  });

  test('stops in the midst of an epoch when a signal fires', async () => {
    const dataset = await imageFolder(folder, { imageSize: 32, batchSize: 4, threads: 2 });
    const controller = new AbortController();
    let count = 0;
    const iteration = async () => {
      for await (const _ of dataset.iterate({ signal: controller.signal })) {
        count++;
        controller.abort();
      }
    };
    await expect(iteration()).rejects.toMatchObject({ code: 'aborted' });
    expect(count).toBe(1);
    expect(await dataset.toArray()).toHaveLength(7);
  });

  test('rejects a number of threads that is not a count', async () => {
    await expect(imageFolder(folder, { threads: -1 })).rejects.toMatchObject({ code: 'argument', op: 'imageFolder' });
  });
});

describe('imageFolder, on threads, with damaged photos,', () => {
  let damaged = '';
  const bad = [3, 4, 8];
  beforeAll(async () => {
    damaged = join(root, 'damaged');
    await mkdir(join(damaged, 'a'), { recursive: true });
    for (let i = 0; i < 10; i++) {
      // Each photo has another quality, so that its pixels tell its index.
      const pixels = new Uint8Array(16 * 16 * 3).fill(25 * i);
      const photo = await encodeImage(hostArray('uint8', [16, 16, 3], pixels), { format: 'jpeg' });
      await writeFile(join(damaged, 'a', `${i}.jpg`), bad.includes(i) ? photo.subarray(0, -30) : photo);
    }
  });
  const options = { imageSize: 4, batchSize: 4, shuffle: false, threads: 2 } as const;

  test('names the first one of a batch', async () => {
    const dataset = await imageFolder(damaged, options);
    await expect(dataset.toArray()).rejects.toMatchObject({
      code: 'data',
      data: { index: 0 },
      cause: { code: 'corrupt', data: { source: join(damaged, 'a', '3.jpg') } },
    });
  });

  test('skips them, keeps the order, and fills batches with the next photos', async () => {
    const seen: string[] = [];
    const dataset = await imageFolder(damaged, { ...options, onError: (_, path) => void seen.push(path) });
    for (let epoch = 0; epoch < 2; epoch++) {
      const batches = await dataset.toArray();
      const first = batches.map(([images]) =>
        Array.from({ length: images.shape[0] }, (_, i) => Math.round(images.data[i * 48] / 25)),
      );
      expect(first).toEqual([
        [0, 1, 2, 5],
        [6, 7, 9],
      ]);
      expect(batches.map(([, labels]) => labels.shape)).toEqual([[4], [3]]);
    }
    expect(seen).toEqual(bad.map((i) => join(damaged, 'a', `${i}.jpg`)));
    expect(dataset.skippedFiles.map(({ path }) => path)).toEqual(seen);
  });

  test('returns no batch if all of them are damaged', async () => {
    const alone = join(root, 'alone');
    await mkdir(join(alone, 'a'), { recursive: true });
    await writeFile(join(alone, 'a', 'x.jpg'), goldenPhotos[0].bytes.subarray(0, 50));
    const dataset = await imageFolder(alone, { ...options, onError: () => {} });
    expect(await dataset.toArray()).toEqual([]);
  });
});
