import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { HostArray } from '@manabi/ir';
import { type GoldenArray, goldenArray } from '@manabi/testing';
import { goldenFiles, writeGoldenFolder } from './images/class-folders.fixture.ts';
import { imageDatasetFromDirectory, imageFolder } from './index.ts';

interface Goldens {
  readonly files: readonly string[];
  readonly classNames: readonly string[];
  readonly images: GoldenArray;
  readonly labels: Readonly<Record<'int' | 'categorical' | 'binary', GoldenArray>>;
  readonly orders: readonly {
    readonly seed: number;
    readonly validationSplit: number | null;
    readonly subset: 'training' | 'validation' | null;
    readonly files: readonly string[];
    readonly labels: readonly number[];
  }[];
}

const goldens: Goldens = JSON.parse(await readFile(join(import.meta.dirname, 'images/goldens/folder.json'), 'utf8'));

let folder = '';
let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'manabi-folder-'));
  folder = join(root, 'images');
  await mkdir(folder);
  await writeGoldenFolder(folder);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const relative = (paths: readonly string[]) => paths.map((path) => path.slice(folder.length + 1));
const plain = { imageSize: [4, 5], shuffle: false } as const;

function expectClose(array: HostArray, golden: GoldenArray): void {
  expect(array.dtype).toBe(golden.dtype);
  expect(array.shape).toEqual(golden.shape);
  const expected = goldenArray(golden);
  expect(Math.max(...expected.map((value, i) => Math.abs(value - array.data[i])))).toBeLessThan(1e-4);
}

describe('imageFolder', () => {
  test('returns the batches, classes and order of files of Keras', async () => {
    const dataset = await imageFolder(folder, plain);
    expect(dataset.classNames).toEqual(goldens.classNames);
    expect(relative(dataset.filePaths)).toEqual(goldens.files);
    expect(dataset.cardinality).toBe(1);
    const [[images, labels]] = await dataset.toArray();
    expectClose(images, goldens.images);
    expectClose(labels, goldens.labels.int);
  });

  test('encodes labels as one-hot vectors and as 0 or 1', async () => {
    const [[, categorical]] = await (await imageFolder(folder, { ...plain, labelMode: 'categorical' })).toArray();
    expectClose(categorical, goldens.labels.categorical);
    const two = await imageFolder(folder, { ...plain, labelMode: 'binary', classNames: ['a', '10'] });
    expect(two.classNames).toEqual(['a', '10']);
    expectClose((await two.toArray())[0][1], goldens.labels.binary);
  });

  test.each(goldens.orders)(
    'orders files as Keras with seed $seed, split $validationSplit, subset $subset',
    async ({ seed, validationSplit, subset, files, labels }) => {
      const split = validationSplit === null || subset === null ? {} : { validationSplit, subset };
      const dataset = await imageFolder(folder, { ...plain, shuffle: true, seed, ...split });
      expect(relative(dataset.filePaths)).toEqual(files);
      const names = files.map((path) => path.split('/')[0]);
      expect(names.map((name) => goldens.classNames.indexOf(name))).toEqual(labels);
    },
  );

  test('takes the last files, without overlap, for the validation if it does not shuffle', async () => {
    const split = { ...plain, validationSplit: 0.25 };
    const [training, validation] = await imageFolder(folder, { ...split, subset: 'both' });
    expect(relative([...training.filePaths, ...validation.filePaths])).toEqual(goldens.files);
    expect(validation.filePaths).toHaveLength(5);
    const alone = await imageFolder(folder, { ...split, subset: 'validation' });
    expect(alone.filePaths).toEqual(validation.filePaths);
  });

  test('shuffles anew in each epoch, in an order that the seed determines, with the right labels', async () => {
    const options = { imageSize: 4, batchSize: 5, seed: 7 };
    const epochs = async () => {
      const dataset = await imageFolder(folder, options);
      return [await dataset.toArray(), await dataset.toArray()].map((batches) =>
        batches.map(([images, labels]) => [...images.data, ...labels.data]),
      );
    };
    const [first, second] = await epochs();
    expect(await epochs()).toEqual([first, second]);
    expect(second).not.toEqual(first);
    expect(first.map((batch) => batch.length / (4 * 4 * 3 + 1))).toEqual([5, 5, 5, 5, 2]);

    const ordered = await (await imageFolder(folder, { ...options, shuffle: false, batchSize: null })).toArray();
    const labelOf = new Map(ordered.map(([image, label]) => [image.data.join(), label.data[0]]));
    const shuffled = await (await imageFolder(folder, { ...options, batchSize: null })).toArray();
    expect(shuffled.map(([image]) => labelOf.get(image.data.join()))).toEqual(
      shuffled.map(([, label]) => label.data[0]),
    );
    expect(new Set(shuffled.map(([image]) => image.data.join())).size).toBe(22);
  });

  test('continues with the next order after skipIterations', async () => {
    const dataset = await imageFolder(folder, { imageSize: 2, seed: 1 });
    const [, second] = [await dataset.toArray(), await dataset.toArray()];
    const resumed = await imageFolder(folder, { imageSize: 2, seed: 1 });
    resumed.skipIterations(1);
    expect(await resumed.toArray()).toEqual(second);
  });

  test('returns images without labels, also from nested folders', async () => {
    for (const options of [{ labels: null }, { labelMode: null }] as const) {
      const [images] = await (await imageFolder(folder, { ...plain, ...options })).toArray();
      expect(images.shape).toEqual([22, 4, 5, 3]);
    }
    const dataset = await imageFolder(folder, { ...plain, labels: null });
    expect(dataset.classNames).toEqual([]);
  });

  test('takes labels in the order of the paths', async () => {
    const labels = Array.from({ length: 22 }, (_, i) => i % 3);
    const dataset = await imageFolder(folder, { ...plain, labels, labelMode: 'categorical' });
    expect(dataset.classNames).toEqual(['0', '1', '2']);
    const [[, oneHot]] = await dataset.toArray();
    expect(oneHot.shape).toEqual([22, 3]);
    expect([...oneHot.data.slice(0, 6)]).toEqual([1, 0, 0, 0, 1, 0]);
  });

  test('honours colorMode, dtype, batchSize, interpolation and aspect ratio', async () => {
    const element = async (options: object) =>
      (await (await imageFolder(folder, { ...plain, ...options })).toArray())[0][0];
    const rgb = await element({});
    expect((await element({ colorMode: 'grayscale' })).shape).toEqual([22, 4, 5, 1]);
    const rgba = await element({ colorMode: 'rgba', batchSize: null });
    expect([rgba.shape, rgba.data[3]]).toEqual([[4, 5, 4], 255]);
    const rounded = await element({ dtype: 'uint8' });
    expect(rounded.dtype).toBe('uint8');
    expect([...rounded.data]).toEqual([...Uint8ClampedArray.from(rgb.data)]);
    for (const options of [{ interpolation: 'nearest' }, { cropToAspectRatio: true }, { padToAspectRatio: true }]) {
      const changed = await element(options);
      expect(changed.dtype).toBe('float32');
      expect([...changed.data]).not.toEqual([...rgb.data]);
    }
  });

  test('reads images only once with cache: true, and still shuffles', async () => {
    const copy = join(root, 'cached');
    await mkdir(copy);
    await writeGoldenFolder(copy);
    const dataset = await imageFolder(copy, { imageSize: 3, seed: 3, cache: true });
    const first = await dataset.toArray();
    await rm(copy, { recursive: true });
    const second = await dataset.toArray();
    expect(second).not.toEqual(first);
    const sum = ([[images]]: typeof first) => [...images.data].reduce((a, b) => a + b, 0);
    expect(sum(second)).toBeCloseTo(sum(first), 0);
  });

  test('reads a tar archive, a blob of one, a file: URL and a list of files like the folder', async () => {
    const [[expected, labels]] = await (await imageFolder(folder, plain)).toArray();
    const archive = join(root, 'images.tar.gz');
    execFileSync('tar', ['-C', root, '-czf', archive, 'images']);
    const uploads = (await goldenFiles()).map(({ path, bytes }) => {
      const file = new File([bytes], path);
      return Object.defineProperty(file, 'webkitRelativePath', { value: `chosen/${path}` });
    });
    const blob = new Blob([await readFile(archive)]);
    for (const source of [archive, blob, pathToFileURL(folder), uploads.reverse()]) {
      const dataset = await imageFolder(source, plain);
      expect(dataset.classNames).toEqual(goldens.classNames);
      const [[images, sourceLabels]] = await dataset.toArray();
      expect(images).toEqual(expected);
      expect(sourceLabels).toEqual(labels);
    }
  });

  test('reads a folder inside the source', async () => {
    const nested = join(root, 'nested');
    await mkdir(join(nested, 'train'), { recursive: true });
    await writeGoldenFolder(join(nested, 'train', 'classes'));
    await mkdir(join(nested, 'train', 'other'));
    const archive = join(root, 'nested.tar');
    execFileSync('tar', ['-C', root, '-cf', archive, 'nested']);
    for (const [source, inner] of [
      [nested, 'train/classes'],
      [archive, 'nested/train/classes/'],
      [archive, 'classes'],
    ]) {
      expect((await imageFolder(source, { ...plain, folder: inner })).classNames).toEqual(goldens.classNames);
    }
    await expect(imageFolder(nested, { folder: 'test' })).rejects.toMatchObject({
      code: 'argument',
      data: { folder: 'test', folders: ['train'] },
    });
  });

  test('enters links to folders only if followLinks is true', async () => {
    const linked = join(root, 'linked');
    await mkdir(join(linked, 'a'), { recursive: true });
    await symlink(join(folder, 'B'), join(linked, 'a', 'link'));
    await expect(imageFolder(linked)).rejects.toMatchObject({ code: 'data' });
    expect((await imageFolder(linked, { followLinks: true })).filePaths).toHaveLength(6);
  });

  test('is imageDatasetFromDirectory', () => {
    expect(imageDatasetFromDirectory).toBe(imageFolder);
  });
});

describe('imageFolder, with a damaged image,', () => {
  let damaged = '';
  let bad: readonly string[] = [];
  beforeAll(async () => {
    damaged = join(root, 'damaged');
    await mkdir(damaged);
    await writeGoldenFolder(damaged);
    bad = [join(damaged, '2/image1.png'), join(damaged, 'a/text.jpg')];
    await writeFile(bad[0], (await readFile(bad[0])).subarray(0, 60));
    await writeFile(bad[1], 'no image');
  });

  test('throws an error that names it', async () => {
    const dataset = await imageFolder(damaged, plain);
    await expect(dataset.toArray()).rejects.toMatchObject({
      code: 'data',
      cause: { code: 'corrupt', data: { source: bad[0] } },
    });
  });

  test('skips it with a warning, once, if onError is skip', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const dataset = await imageFolder(damaged, { ...plain, onError: 'skip' });
    for (let epoch = 0; epoch < 2; epoch++) {
      const [[images, labels]] = await dataset.toArray();
      expect([images.shape[0], labels.shape[0]]).toEqual([21, 21]);
    }
    expect(warn).toHaveBeenCalledTimes(2);
    expect(warn.mock.calls[0][0]).toContain(bad[0]);
    warn.mockRestore();
    expect(dataset.skippedFiles.map(({ path }) => path)).toEqual(bad);
  });

  test('calls onError with the error and the path', async () => {
    const seen: string[] = [];
    const dataset = await imageFolder(damaged, { ...plain, onError: (_, path) => void seen.push(path) });
    await dataset.toArray();
    expect(seen).toEqual(bad);
  });
});

describe('imageFolder rejects', () => {
  test.each<[string, object]>([
    ['a subset without a split', { subset: 'training' }],
    ['a split without a subset', { validationSplit: 0.2 }],
    ['a shuffled split without a seed', { validationSplit: 0.2, subset: 'training' }],
    ['a split of 1', { validationSplit: 1, subset: 'training', seed: 1 }],
    ['class names with labels', { labels: null, classNames: ['a'] }],
    ['class names that are no folders', { classNames: ['a', 'cats'] }],
    ['class names that are listed twice', { classNames: ['2', 'a', '2'] }],
    ['binary labels of four classes', { labelMode: 'binary' }],
    ['too few labels', { labels: [0, 1] }],
    [
      'labels beyond the number of classes',
      { labels: Array.from({ length: 22 }, (_, i) => 2 * i), labelMode: 'categorical' },
    ],
    ['both ratios', { cropToAspectRatio: true, padToAspectRatio: true }],
    ['a negative seed, as NumPy', { seed: -1 }],
    ['an unknown option', { image_size: 3 }],
    ['a size of 0', { imageSize: [0, 4] }],
    ['an unknown color mode', { colorMode: 'grey' }],
  ])('%s', async (_, options) => {
    await expect(imageFolder(folder, options)).rejects.toMatchObject({ code: 'argument', op: 'imageFolder' });
  });

  test('a validation split that leaves no image, which Keras takes for all images', async () => {
    const split = { validationSplit: 0.01, seed: 1, subset: 'validation' } as const;
    await expect(imageFolder(folder, split)).rejects.toMatchObject({ code: 'data' });
    await expect(imageFolder(folder, { ...split, subset: 'both' })).rejects.toThrow(/No validation images/);
  });

  test('a missing folder, a folder without folders, and other sources', async () => {
    await expect(imageFolder(join(root, 'missing'))).rejects.toMatchObject({ code: 'notFound' });
    await expect(imageFolder(join(folder, 'a', 'nested'))).rejects.toMatchObject({ code: 'data' });
    await expect(imageFolder('https://example.com/images')).rejects.toMatchObject({ code: 'unsupported' });
    await expect(Reflect.apply(imageFolder, null, [3])).rejects.toMatchObject({ code: 'argument' });
    await expect(imageFolder(new Array<File>(2))).rejects.toMatchObject({ code: 'argument' });
  });
});
