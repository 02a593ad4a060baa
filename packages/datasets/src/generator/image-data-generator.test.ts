import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type HostArray, hostArray } from '@manabi/ir';
import { type GoldenArray, goldenArray } from '@manabi/testing';
import { writeGoldenFolder } from '../images/class-folders.fixture.ts';
import {
  type DirectoryFlowOptions,
  type FlowElement,
  type FlowOptions,
  ImageDataGenerator,
  type ImageDataGeneratorOptions,
  type PilInterpolation,
  type TransformParameters,
} from './index.ts';
import { resizeAsPil } from './pil-resize.ts';

interface Goldens {
  readonly image: GoldenArray;
  readonly transforms: readonly (Pick<ImageDataGeneratorOptions, 'fillMode' | 'interpolationOrder'> & {
    readonly parameters: Partial<TransformParameters>;
    readonly result: GoldenArray;
  })[];
  readonly signed: GoldenArray;
  readonly negative: readonly { readonly brightness: number; readonly result: GoldenArray }[];
  readonly randoms: readonly {
    readonly options: ImageDataGeneratorOptions;
    readonly seed: number;
    readonly parameters: TransformParameters;
  }[];
  readonly colour: GoldenArray;
  readonly standard: readonly { readonly options: ImageDataGeneratorOptions; readonly result: GoldenArray }[];
  readonly zca: { readonly x: GoldenArray; readonly result: GoldenArray };
  readonly augmentedMean: GoldenArray;
  readonly flows: readonly {
    readonly options: ImageDataGeneratorOptions;
    readonly flow: FlowOptions;
    readonly batches: readonly { readonly x: GoldenArray; readonly y: readonly number[] }[];
  }[];
}

interface FolderGoldens {
  readonly generators: readonly {
    readonly subset: 'training' | 'validation' | null;
    readonly interpolation: PilInterpolation;
    readonly options: ImageDataGeneratorOptions;
    readonly filenames: readonly string[];
    readonly batches: readonly { readonly x: GoldenArray; readonly y: GoldenArray }[];
  }[];
}

interface PilGoldens {
  readonly image: GoldenArray;
  readonly cases: readonly {
    readonly interpolation: PilInterpolation;
    readonly size: readonly number[];
    readonly result: GoldenArray;
  }[];
}

const golden = async <T>(name: string): Promise<T> =>
  JSON.parse(await readFile(join(import.meta.dirname, 'goldens', `${name}.json`), 'utf8'));
const goldens = await golden<Goldens>('generator');
const { generators } = await golden<FolderGoldens>('../../images/goldens/folder');
const pil = await golden<PilGoldens>('pil-resize');
const arrayOf = (array: GoldenArray) => hostArray('float32', array.shape, Float32Array.from(goldenArray(array)));
const image = arrayOf(goldens.image);
const colour = arrayOf(goldens.colour);
const numbers = hostArray(
  'float32',
  [10],
  Float32Array.from({ length: 10 }, (_, i) => i),
);

function expectClose(array: HostArray, expected: GoldenArray, tolerance: number): void {
  expect(array.shape).toEqual(expected.shape);
  const values = goldenArray(expected);
  expect(Math.max(...values.map((value, i) => Math.abs(value - array.data[i])))).toBeLessThanOrEqual(tolerance);
}

describe('applyTransform', () => {
  test.each(goldens.transforms)(
    'equals Keras: $parameters, fill mode $fillMode, order $interpolationOrder',
    ({ fillMode, interpolationOrder, parameters, result }) => {
      const generator = new ImageDataGenerator({ fillMode, interpolationOrder, cval: 7.5 });
      expectClose(generator.applyTransform(image, parameters), result, 1e-4);
    },
  );

  test.each(goldens.negative)('stretches values outside [0, 255] as Keras: brightness $brightness', (each) => {
    const signed = arrayOf(goldens.signed);
    expectClose(new ImageDataGenerator().applyTransform(signed, { brightness: each.brightness }), each.result, 1e-5);
  });

  test('moves images vertically by widthShiftRange, as Keras, unless compat is fixed', () => {
    const dot = hostArray(
      'float32',
      [5, 5, 1],
      Float32Array.from({ length: 25 }, (_, i) => (i === 12 ? 1 : 0)),
    );
    const shifted = (options: ImageDataGeneratorOptions) =>
      new ImageDataGenerator({ fillMode: 'constant', ...options }).applyTransform(dot, { ty: 2 }).data.indexOf(1);
    expect(shifted({})).toBe(2); // two rows up
    expect(shifted({ compat: 'fixed' })).toBe(10); // two columns to the left
  });

  test('turns an image that is not square about its centre if compat is fixed', () => {
    const pixels = hostArray('float32', [1, 5, 1], Float32Array.of(1, 2, 3, 4, 5));
    const turned = new ImageDataGenerator({ compat: 'fixed' }).applyTransform(pixels, { theta: 180 });
    turned.data.forEach((value, i) => {
      expect(value).toBeCloseTo(5 - i);
    });
  });

  test('leaves the image that it receives unchanged', () => {
    const before = [...image.data];
    const generator = new ImageDataGenerator({ rescale: 2, preprocessingFunction: (x) => x });
    generator.standardize(generator.applyTransform(image, { brightness: 0.5 }));
    generator.standardize(image);
    expect([...image.data]).toEqual(before);
  });
});

describe('getRandomTransform', () => {
  test.each(goldens.randoms)('draws what Keras draws: $options, seed $seed', ({ options, seed, parameters }) => {
    const drawn = new ImageDataGenerator(options).getRandomTransform([8, 11, 3], seed);
    for (const [name, value] of Object.entries(parameters)) {
      const got: unknown = Reflect.get(drawn, name);
      if (typeof value === 'number' && typeof got === 'number') expect(got).toBeCloseTo(value, 10);
      // Keras stores flips as 0 or 1 when they are off.
      else expect(Boolean(got)).toBe(Boolean(value));
    }
  });
});

describe('standardize', () => {
  test.each(goldens.standard)('equals Keras: $options', ({ options, result }) => {
    const generator = new ImageDataGenerator(options);
    generator.fit(colour);
    const size = 6 * 6 * 3;
    const two = [0, 1].flatMap((i) => [
      ...generator.standardize(
        hostArray('float32', [6, 6, 3], Float32Array.from(colour.data.slice(i * size, (i + 1) * size))),
      ).data,
    ]);
    expectClose(hostArray('float32', [2, 6, 6, 3], Float32Array.from(two)), result, 2e-4);
  });

  test('whitens by ZCA as Keras', () => {
    const generator = new ImageDataGenerator({ zcaWhitening: true, zcaEpsilon: 1e-3 });
    const x = arrayOf(goldens.zca.x);
    generator.fit(x);
    const two = [0, 1].flatMap((i) => [
      ...generator.standardize(hostArray('float32', [2, 3, 1], Float32Array.from(x.data.slice(6 * i, 6 * i + 6)))).data,
    ]);
    expectClose(hostArray('float32', [2, 2, 3, 1], Float32Array.from(two)), goldens.zca.result, 1e-4);
  });

  test('whitens fewer images than values: whitened images are uncorrelated', () => {
    const generator = new ImageDataGenerator({ zcaWhitening: true });
    generator.fit(colour);
    const size = 6 * 6 * 3;
    const rows = Array.from({ length: 10 }, (_, i) =>
      generator.standardize(
        hostArray('float32', [6, 6, 3], Float32Array.from(colour.data.slice(i * size, (i + 1) * size))),
      ),
    );
    const product = (a: HostArray, b: HostArray) => [...a.data].reduce((sum, value, i) => sum + value * b.data[i], 0);
    // Whitening makes the singular values of the samples equal, so the samples become orthogonal.
    expect(product(rows[0], rows[0])).toBeCloseTo(10, 1);
    expect(Math.abs(product(rows[0], rows[1]))).toBeLessThan(0.1);
  });

  test('fits on augmented images, with the random numbers of Keras', () => {
    const generator = new ImageDataGenerator({ featurewiseCenter: true, rotationRange: 30, widthShiftRange: 0.2 });
    generator.fit(colour, { augment: true, rounds: 2, seed: 3 });
    const mean = goldenArray(goldens.augmentedMean);
    expect(generator.mean).toHaveLength(3);
    generator.mean?.forEach((value, i) => {
      expect(value).toBeCloseTo(mean[i], 2);
    });
  });

  test('calls preprocessingFunction on the image before rescale', () => {
    const generator = new ImageDataGenerator({
      rescale: 0.5,
      preprocessingFunction: ({ shape, data }) =>
        hostArray(
          'float32',
          shape,
          Float32Array.from(data, (x) => x + 1),
        ),
    });
    expect([...generator.standardize(hostArray('uint8', [1, 1, 2], Uint8Array.of(1, 3))).data]).toEqual([1, 2]);
    const wrong = new ImageDataGenerator({
      preprocessingFunction: () => hostArray('float32', [1], new Float32Array(1)),
    });
    expect(() => wrong.standardize(image)).toThrow(expect.objectContaining({ code: 'shape' }));
  });

  test.each(['featurewiseCenter', 'featurewiseStdNormalization', 'zcaWhitening'] as const)(
    'requires fit for %s, where Keras only warns',
    (name) => {
      const generator = new ImageDataGenerator({ [name]: true });
      const error = expect.objectContaining({ code: 'argument', data: expect.objectContaining({}) });
      expect(() => generator.standardize(image)).toThrow(error);
      expect(() => generator.flow(colour)).toThrow(error);
    },
  );
});

describe('flow', () => {
  test.each(goldens.flows)('returns the batches of Keras: $options, $flow', async ({ options, flow, batches }) => {
    const dataset = new ImageDataGenerator(options).flow(colour, numbers, flow);
    expect(dataset.cardinality).toBe(batches.length / 2);
    const got = [...(await dataset.toArray()), ...(await dataset.toArray())];
    expect(got).toHaveLength(batches.length);
    got.forEach(([x, y], i) => {
      expectClose(x, batches[i].x, 1e-3);
      expect([...y.data]).toEqual(batches[i].y);
    });
  });

  test('continues with the next epoch after skipIterations', async () => {
    const flow = () => new ImageDataGenerator({ rotationRange: 20 }).flow(colour, numbers, { seed: 4, batchSize: 3 });
    const first = flow();
    const [, second] = [await first.toArray(), await first.toArray()];
    const resumed = flow();
    resumed.skipIterations(1);
    expect(await resumed.toArray()).toEqual(second);
  });

  test('returns images alone without labels, and sample weights after labels', async () => {
    const generator = new ImageDataGenerator({ rescale: 1 / 255 });
    const options = { shuffle: false, batchSize: 4 };
    expect((await generator.flow(colour, null, options).toArray()).map(({ shape }) => shape[0])).toEqual([4, 4, 2]);
    const oneHot = hostArray(
      'int32',
      [10, 2],
      Int32Array.from({ length: 20 }, (_, i) => i),
    );
    const [, [, y, weights]] = await generator.flow(colour, oneHot, { ...options, sampleWeight: numbers }).toArray();
    expect([...y.data]).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
    expect(weights?.data).toEqual(Float32Array.of(4, 5, 6, 7));
  });

  test.each<[string, ImageDataGeneratorOptions, FlowOptions, string]>([
    ['a subset without validationSplit', {}, { subset: 'training' }, 'argument'],
    ['subsets with different labels', { validationSplit: 0.3 }, { subset: 'training' }, 'argument'],
    ['a subset without images', { validationSplit: 0.05 }, { subset: 'validation', ignoreClassSplit: true }, 'data'],
    ['weights of another length', {}, { sampleWeight: hostArray('float32', [3], new Float32Array(3)) }, 'shape'],
    ['a negative seed', {}, { seed: -1 }, 'argument'],
    ['a batch size of 0', {}, { batchSize: 0 }, 'argument'],
  ])('rejects %s', (_, options, flow, code) => {
    expect(() => new ImageDataGenerator(options).flow(colour, numbers, flow)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test('rejects images of another rank, and labels of another length', () => {
    const generator = new ImageDataGenerator();
    expect(() => generator.flow(image)).toThrow(expect.objectContaining({ code: 'shape' }));
    expect(() => generator.flow(colour, image)).toThrow(expect.objectContaining({ code: 'shape' }));
  });
});

describe('ImageDataGenerator rejects', () => {
  test.each<[string, object]>([
    ['an unknown option', { rotation_range: 3 }],
    ['a data format', { dataFormat: 'channelsFirst' }],
    ['a fill mode of SciPy that Keras does not list', { fillMode: 'mirror' }],
    ['cubic interpolation', { interpolationOrder: 3 }],
    ['a zoom range of three numbers', { zoomRange: [1, 2, 3] }],
    ['a brightness range of one number', { brightnessRange: 0.5 }],
    ['whitening and standard deviations', { zcaWhitening: true, featurewiseStdNormalization: true }],
    ['a split of 0', { validationSplit: 0 }],
  ])('%s', (_, options) => {
    expect(() => new ImageDataGenerator(options)).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

describe('flowFromDirectory', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'manabi-flow-'));
    await writeGoldenFolder(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(generators)('returns the batches of Keras: subset $subset, $interpolation', async (each) => {
    const { subset, interpolation, options, filenames, batches } = each;
    const generator = new ImageDataGenerator({ ...options, ...(subset === null ? {} : { validationSplit: 0.4 }) });
    const flow = await generator.flowFromDirectory(folder, {
      targetSize: [6, 7],
      batchSize: 8,
      seed: 5,
      interpolation,
      ...(subset === null ? {} : { subset }),
    });
    expect(flow.filenames).toEqual(filenames);
    expect(flow.classIndices).toEqual({ 10: 0, 2: 1, B: 2, a: 3 });
    expect(flow.samples).toBe(filenames.length);
    const got = [...(await flow.toArray()), ...(await flow.toArray())].slice(0, batches.length);
    got.forEach((element, i) => {
      const [x, y] = element as FlowElement;
      expectClose(x, batches[i].x, 1e-3);
      expectClose(y, batches[i].y, 0);
    });
  });

  test('honours classMode, colorMode and classes', async () => {
    const flow = async (options: DirectoryFlowOptions) =>
      await new ImageDataGenerator().flowFromDirectory(folder, { targetSize: 3, shuffle: false, ...options });
    const [sparse] = await (await flow({ classMode: 'sparse', classes: ['a', '2'] })).toArray();
    expect([...(sparse as FlowElement)[1].data]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    const [images] = await (await flow({ classMode: null, colorMode: 'grayscale' })).toArray();
    expect((images as HostArray).shape).toEqual([22, 3, 3, 1]);
    const [input] = await (await flow({ classMode: 'input', keepAspectRatio: true })).toArray();
    expect((input as FlowElement)[1]).toEqual((input as FlowElement)[0]);
  });

  test('names a damaged image, or skips it', async () => {
    const damaged = join(folder, '10', 'bad.png');
    await writeFile(damaged, 'no image');
    const generator = new ImageDataGenerator();
    const options = { targetSize: 3, shuffle: false, batchSize: 3 };
    await expect((await generator.flowFromDirectory(folder, options)).toArray()).rejects.toMatchObject({
      code: 'corrupt',
      data: { source: damaged },
    });
    const flow = await generator.flowFromDirectory(folder, { ...options, onError: () => {} });
    const [first] = await flow.toArray();
    expect((first as FlowElement).map(({ shape }) => shape[0])).toEqual([2, 2]);
    expect(flow.skippedFiles.map(({ path }) => path)).toEqual([damaged]);
    // A batch of damaged images only is left out.
    expect(flow.cardinality).toBe('unknown');
    expect((await generator.flowFromDirectory(folder, options)).cardinality).not.toBe('unknown');
    await rm(damaged);
  });

  test('rejects a subset without validationSplit, and a folder without images', async () => {
    const generator = new ImageDataGenerator();
    await expect(generator.flowFromDirectory(folder, { subset: 'training' })).rejects.toMatchObject({
      code: 'argument',
    });
    await mkdir(join(folder, 'none', 'empty'), { recursive: true });
    await expect(generator.flowFromDirectory(join(folder, 'none'))).rejects.toMatchObject({ code: 'data' });
    await rm(join(folder, 'none'), { recursive: true });
  });
});

describe('resizeAsPil', () => {
  test.each(pil.cases)('equals PIL: $interpolation to $size', async ({ interpolation, size, result }) => {
    const [height, width, channels] = pil.image.shape;
    const data = Uint8Array.from(goldenArray(pil.image));
    const resized = resizeAsPil({ height, width, channels, data }, size, interpolation);
    expect([resized.height, resized.width]).toEqual(size);
    expect([...resized.data]).toEqual(goldenArray(result));
  });
});
