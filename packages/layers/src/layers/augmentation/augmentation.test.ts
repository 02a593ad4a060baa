import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  abs,
  eye,
  grad,
  hostArray,
  jit,
  logicalAnd,
  max,
  mean,
  min,
  mul,
  ones,
  random,
  reshape,
  type Shape,
  sum,
  type Tensor,
  tensor,
  variance,
} from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, input, layers, model, sequential, setRandomSeed } from '../../index.ts';
import { drawnBeta, drawnDirichlet } from './mixing/beta.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

const COUNT = 4000;
const BATCH: Shape = [COUNT, 10, 20, 3];

async function statistics(values: Tensor) {
  const [low, high, middle, spread] = await Promise.all(
    [min(values), max(values), mean(values), variance(values)].map(async (value) => Number(await value.array())),
  );
  return { low, high, middle, spread };
}

/** Expects uniformly distributed numbers that fill an interval. */
async function expectUniform(values: Tensor, low: number, high: number) {
  const found = await statistics(values);
  const span = high - low;
  expect(found.low).toBeGreaterThanOrEqual(low);
  expect(found.high).toBeLessThanOrEqual(high);
  expect(found.low).toBeLessThan(low + 0.01 * span);
  expect(found.high).toBeGreaterThan(high - 0.01 * span);
  expect(Math.abs(found.middle - (low + high) / 2)).toBeLessThan(0.03 * span);
  expect(Math.abs(found.spread - span ** 2 / 12)).toBeLessThan(0.01 * span ** 2);
}

async function expectShare(choices: Tensor, share: number) {
  expect(Math.abs(Number(await mean(choices).array()) - share)).toBeLessThan(0.03);
}

describe('random transformations', () => {
  const key = random.key(3);

  test('randomRotation draws angles in full turns: 0.2 is up to 72 degrees (trap: factor is a fraction of 2π)', async () => {
    await expectUniform(layers.randomRotation({ factor: 0.2 }).getRandomTransformation(BATCH, key).angle, -72, 72);
    await expectUniform(
      layers.randomRotation({ factor: [0.1, 0.2] }).getRandomTransformation(BATCH, key).angle,
      36,
      72,
    );
  });

  test('randomZoom draws the visible fraction of height and width, equal without widthFactor', async () => {
    const same = layers.randomZoom({ heightFactor: 0.3 }).getRandomTransformation(BATCH, key);
    await expectUniform(same.heightZoom, 0.7, 1.3);
    expect(same.widthZoom).toBe(same.heightZoom);
    const { widthZoom } = layers
      .randomZoom({ heightFactor: 0.3, widthFactor: [-0.5, 0] })
      .getRandomTransformation(BATCH, key);
    await expectUniform(widthZoom, 0.5, 1);
  });

  test('randomTranslation draws fractions of the width and of the height', async () => {
    const layer = layers.randomTranslation({ heightFactor: 0.5, widthFactor: [0, 0.25] });
    const { translations } = layer.getRandomTransformation(BATCH, key);
    const columns = reshape(translations, [COUNT, 2]);
    const pick = (i: number): Tensor => sum(mul(columns, tensor(i === 0 ? [1, 0] : [0, 1])), 1);
    await expectUniform(pick(0), 0, 5);
    await expectUniform(pick(1), -5, 5);
  });

  test('randomShear draws in both directions, even from positive bounds', async () => {
    const { shearFactor } = layers
      .randomShear({ xFactor: [0.2, 0.4], yFactor: [0.2, 0.4] })
      .getRandomTransformation(BATCH, key);
    await expectUniform(abs(shearFactor), 0.2, 0.4);
    expect(Math.abs(Number(await mean(shearFactor).array()))).toBeLessThan(0.03);
  });

  test('randomContrast with a number f draws from [1 - f, 1 + f] (trap: Keras 3.15 draws from [1, 1 + f])', async () => {
    const drawn = layers.randomContrast({ factor: 0.3 }).getRandomTransformation(BATCH, key);
    await expectUniform(drawn.contrastFactor, 0.7, 1.3);
    const loaded = layers.randomContrast({ factor: [0, 0.3] }).getRandomTransformation(BATCH, key);
    await expectUniform(loaded.contrastFactor, 1, 1.3);
  });

  test('randomBrightness draws fractions of the range of values', async () => {
    const bytes = layers.randomBrightness({ factor: 0.2 }).getRandomTransformation(BATCH, key);
    await expectUniform(bytes.rgbDelta, -51, 51);
    const signed = layers.randomBrightness({ factor: [0, 0.5], valueRange: [-1, 1] });
    await expectUniform(signed.getRandomTransformation(BATCH, key).rgbDelta, 0, 1);
  });

  test('randomHue draws turns in both directions', async () => {
    const { factor } = layers.randomHue({ factor: 0.4 }).getRandomTransformation(BATCH, key);
    await expectUniform(factor, -0.2, 0.2);
  });

  test('solarization draws additions and thresholds as fractions of the range of values', async () => {
    const layer = layers.solarization({ additionFactor: [0.2, 0.4], thresholdFactor: 0.5, valueRange: [0, 1] });
    const { additions, thresholds } = layer.getRandomTransformation(BATCH, key);
    await expectUniform(additions, 51, 102);
    await expectUniform(thresholds, 0, 127.5);
  });

  test('randomPosterization keeps between low and high - 1 bits', async () => {
    const { shiftFactor } = layers.randomPosterization({ factor: [2, 5] }).getRandomTransformation(BATCH, key);
    const { low, high, middle } = await statistics(shiftFactor);
    expect([low, high]).toEqual([4, 6]);
    expect(Math.abs(middle - 5)).toBeLessThan(0.05);
  });

  test('randomFlip flips each image and direction with probability 0.5, independently', async () => {
    const { horizontal, vertical } = layers.randomFlip().getRandomTransformation(BATCH, key);
    await expectShare(horizontal, 0.5);
    await expectShare(vertical, 0.5);
    await expectShare(logicalAnd(horizontal, vertical), 0.25);
  });

  test('a number as probability stands for probabilities from 0 to the number', async () => {
    const invert = layers.randomInvert({ factor: 0.6 }).getRandomTransformation(BATCH, key);
    await expectShare(invert.applyInversion, 0.3);
    const blur = layers.randomGaussianBlur({ factor: [0.8, 0.8] }).getRandomTransformation(BATCH, key);
    await expectShare(blur.shouldApplyBlur, 0.8);
    const gray = layers.randomGrayscale({ factor: 0.8 }).getRandomTransformation(BATCH, key);
    await expectShare(gray.shouldApply, 0.8);
  });

  test('randomErasing erases boxes whose area is the square root of a product of two scales', async () => {
    const layer = layers.randomErasing({ factor: [1, 1], scale: [0.25, 0.25], fillValue: 0 });
    const { batchMasks, applyErasing } = layer.getRandomTransformation([1000, 40, 60, 1], key);
    await expectShare(batchMasks, 0.25);
    await expectShare(applyErasing, 1);
  });

  test('cutMix mixes labels in the shares of the areas of the boxes', async () => {
    const { batchMasks, mixWeight, permutationOrder } = layers.cutMix().getRandomTransformation([200, 50, 50, 1], key);
    const shares = mean(batchMasks, [1, 2, 3]);
    assertArraysClose(await sum(mixWeight).data(), [200 - Number(await sum(shares).array())], { rtol: 0.02 });
    expect([...(await permutationOrder.data())].map(Number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, i) => i),
    );
  });

  test.each([0.2, 1, 4])('the beta distribution with alpha %d has its mean and variance', async (alpha) => {
    const { low, high, middle, spread } = await statistics(drawnBeta(key, [20000], alpha));
    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBeLessThanOrEqual(1);
    expect(Math.abs(middle - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(spread - 1 / (4 * (2 * alpha + 1)))).toBeLessThan(0.005);
  });

  test('numbers of a tiny alpha are 0 or 1, and those of the Dirichlet distribution have the sum 1', async () => {
    const tiny = await drawnBeta(key, [100], tensor(1e-6)).data();
    expect([...tiny].every((value) => value === 0 || value === 1)).toBe(true);
    assertArraysClose(await sum(drawnDirichlet(key, 5, 0.3)).data(), [1], { rtol: 1e-6 });
  });
});

const every = {
  augMix: layers.augMix({ numChains: 2, chainDepth: 2 }),
  autoContrast: layers.autoContrast(),
  cutMix: layers.cutMix(),
  equalization: layers.equalization(),
  mixUp: layers.mixUp(),
  randAugment: layers.randAugment({ numOps: 1 }),
  randomBrightness: layers.randomBrightness({ factor: 0.5 }),
  randomColorDegeneration: layers.randomColorDegeneration({ factor: 0.5 }),
  randomColorJitter: layers.randomColorJitter({ brightnessFactor: 0.3, hueFactor: 0.5 }),
  randomContrast: layers.randomContrast({ factor: 0.5 }),
  randomElasticTransform: layers.randomElasticTransform(),
  randomErasing: layers.randomErasing(),
  randomFlip: layers.randomFlip(),
  randomGaussianBlur: layers.randomGaussianBlur(),
  randomGrayscale: layers.randomGrayscale(),
  randomHue: layers.randomHue({ factor: 0.5 }),
  randomInvert: layers.randomInvert(),
  randomPerspective: layers.randomPerspective(),
  randomPosterization: layers.randomPosterization({ factor: 4 }),
  randomRotation: layers.randomRotation({ factor: 0.3 }),
  randomSaturation: layers.randomSaturation({ factor: 1 }),
  randomSharpness: layers.randomSharpness({ factor: 1 }),
  randomShear: layers.randomShear({ xFactor: 0.3 }),
  randomTranslation: layers.randomTranslation({ heightFactor: 0.3, widthFactor: 0.3 }),
  randomZoom: layers.randomZoom({ heightFactor: 0.3 }),
  solarization: layers.solarization({ thresholdFactor: 1 }),
};

const photos = random.uniform(random.key(8), [3, 7, 6, 3], { high: 255 });

describe.each(Object.entries(every))('%s', (name, layer) => {
  test('returns finite images of the same shape in training, and the images themselves at inference', async () => {
    const y = layer.apply(photos, { training: true });
    expect({ shape: y.shape, dtype: y.dtype }).toEqual({ shape: photos.shape, dtype: 'float32' });
    expect([...(await y.data())].map(Number).every(Number.isFinite)).toBe(true);
    if (name === 'autoContrast') return;
    expect(await layer.apply(photos).data()).toEqual(await photos.data());
  });

  test.each(['float64'] as const)('returns %s if its policy says so', (dtype) => {
    const made = new (layer.constructor as new (options: object) => typeof layer)({ ...layer.config, dtype }); // its class
    for (const training of [true, false]) expect(made.apply(photos, { training }).dtype).toBe(dtype);
  });

  test('the same key draws the same transformation', async () => {
    const options = { training: true, key: random.key(5) };
    expect(await layer.apply(photos, options).data()).toEqual(await layer.apply(photos, options).data());
  });
});

describe('augmentation layers', () => {
  test('transform each image of a batch differently', async () => {
    const same = ones([64, 1, 1, 1]);
    const y = await layers
      .randomBrightness({ factor: 0.5, valueRange: [0, 2] })
      .apply(same, { training: true })
      .data();
    expect(new Set(y).size).toBeGreaterThan(60);
  });

  test('convert bytes to floats, in training and at inference', () => {
    const bytes = tensor(new Uint8Array(12), { shape: [1, 2, 2, 3] });
    for (const training of [true, false]) {
      expect(layers.randomFlip().apply(bytes, { training }).dtype).toBe('float32');
    }
  });

  test('accept single images', async () => {
    const image = reshape(tensor([1, 2, 3, 4]), [2, 2, 1]);
    const y = layers.randomRotation({ factor: [0.25, 0.25] }).apply(image, { training: true });
    assertArraysClose(await y.data(), [2, 4, 1, 3], { atol: 1e-5 });
  });

  test('positive rotations are counter-clockwise, and positive shifts go right and down', async () => {
    const image = reshape(tensor([1, 2, 3, 4]), [1, 2, 2, 1]);
    const shift = layers.randomTranslation({ heightFactor: [0.5, 0.5], widthFactor: 0, fillMode: 'constant' });
    expect(await shift.apply(image, { training: true }).data()).toEqual(Float32Array.of(0, 0, 1, 2));
  });

  test('draw different numbers for different seeds and layers, and in each call', async () => {
    const options = { training: true, key: random.key(1) };
    const of = async (seed: number | null) =>
      String(
        await layers
          .randomErasing({ factor: [1, 1], seed })
          .apply(photos, options)
          .data(),
      );
    expect(await of(1)).toBe(await of(1));
    expect(await of(1)).not.toBe(await of(2));
    const layer = layers.randomErasing({ factor: [1, 1], seed: 1 });
    const call = async () => String(await layer.apply(photos, { training: true }).data());
    expect(await call()).not.toBe(await call());
  });

  test('run in a compiled training step with a new transformation in each step', async () => {
    const noise = layers.randomBrightness({ factor: 1, valueRange: [0, 1] });
    const step = jit((x: Tensor, key: Tensor) => noise.apply(x, { training: true, key }));
    const x = ones([1, 1, 1, 1]);
    const results = [];
    for (let i = 0; i < 8; i++) results.push(Number(await (await step(x, random.key(i))).data().then(([y]) => y)));
    expect(new Set(results).size).toBeGreaterThan(3);
  });

  test('train within a model, with predictions on unchanged images', async () => {
    const network = sequential([
      layers.randomFlip({ inputShape: [4, 4, 1] }),
      layers.randomRotation({ factor: 0.1 }),
      layers.randomZoom({ heightFactor: 0.1 }),
      layers.flatten(),
      layers.dense({ units: 2, activation: 'softmax', kernelInitializer: 'zeros' }),
    ]);
    network.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
    const x = random.uniform(random.key(1), [8, 4, 4, 1]);
    const y = tensor(Int32Array.from({ length: 8 }, (_, i) => i % 2));
    const { history } = await network.fit(x, y, { epochs: 2, batchSize: 4, verbose: 0 });
    expect(history.loss.every(Number.isFinite)).toBe(true);
    const predictions = [await network.predict(x), await network.predict(x)];
    expect(await predictions[0].data()).toEqual(await predictions[1].data());
  });

  test('pass gradients to the images, through the transformation', async () => {
    const layer = layers.randomTranslation({ heightFactor: 0, widthFactor: [0.5, 0.5], fillMode: 'constant' });
    const x = reshape(tensor([1, 2, 3, 4]), [1, 2, 2, 1]);
    const weights = reshape(tensor([1, 10, 100, 1000]), [1, 2, 2, 1]);
    const total = (images: Tensor) => sum(mul(layer.apply(images, { training: true, key: random.key(1) }), weights));
    expect(await grad(total)(x).data()).toEqual(Float32Array.of(10, 0, 1000, 0));
  });

  test('reject images of another rank, and a third input', () => {
    const layer = layers.randomFlip();
    expect(() => layer.apply(ones([2, 2]))).toThrow(expect.objectContaining({ code: 'shape' }));
    expect(() => layer.applyAll([photos, photos, photos])).toThrow(expect.objectContaining({ code: 'argument' }));
  });

  test.each([
    ['a rotation of two turns', () => layers.randomRotation({ factor: 2 })],
    ['three bounds', () => layers.randomRotation({ factor: [0, 0.1, 0.2] })],
    ['a zoom of -1', () => layers.randomZoom({ heightFactor: -1 })],
    ['an even kernel', () => layers.randomGaussianBlur({ kernelSize: 4 })],
    ['an empty range of values', () => layers.randomInvert({ valueRange: [1, 1] })],
    ['9 bits', () => layers.randomPosterization({ factor: 9 })],
    ['a factor of jitter that its layer rejects', () => layers.randomColorJitter({ hueFactor: 2 })],
    ['boxes', () => Reflect.apply(layers.randomFlip, undefined, [{ boundingBoxFormat: 'xyxy' }])],
  ])('reject %s', (_title, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

test('randomShear loads bounds that Keras stores for a number but cannot load, and stores the number', async () => {
  const layer = await layerFrom('RandomShear', { xFactor: [-0.3, 0.3], yFactor: [0.1, 0.2] });
  expect(layer.getConfig()).toMatchObject({ xFactor: 0.3, yFactor: [0.1, 0.2] });
});

describe('randomCrop', () => {
  test('crops all images of a batch at the same position, and every position occurs', async () => {
    const row = reshape(tensor([0, 1, 2, 3, 4, 5]), [1, 2, 3, 1]);
    const layer = layers.randomCrop({ height: 1, width: 2 });
    const seen = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const y = await layer.apply(mul(row, ones([2, 1, 1, 1])), { training: true }).data();
      expect([...y].slice(0, 2)).toEqual([...y].slice(2));
      seen.add(String([...y].slice(0, 2)));
    }
    expect([...seen].sort()).toEqual(['0,1', '1,2', '3,4', '4,5']);
  });

  test('crops the center and resizes at inference (trap: Keras 3.15 returns images of another size)', async () => {
    const layer = layers.randomCrop({ height: 2, width: 2 });
    const wide = reshape(tensor([0, 1, 2, 3, 4, 5, 6, 7]), [1, 2, 4, 1]);
    expect(await layer.apply(wide).data()).toEqual(Float32Array.of(1, 2, 5, 6));
    expect(layer.apply(input({ shape: [9, 9, 3] })).shape).toEqual([null, 2, 2, 3]);
  });
});

describe('mixUp and cutMix', () => {
  test.each([
    ['mixUp', layers.mixUp({ alpha: 1 })],
    ['cutMix', layers.cutMix()],
  ])('%s mixes images and labels in the same shares', async (_name, layer) => {
    // Each image is constant, with the number of its class as value.
    const images = mul(reshape(tensor([0, 1, 2, 3]), [4, 1, 1, 1]), ones([4, 16, 16, 1]));
    const [mixed, labels] = layer.applyAll([images, eye(4)], { training: true });
    const values = await mean(mixed, [1, 2, 3]).data();
    const expected = await sum(mul(labels, tensor([0, 1, 2, 3])), 1).data();
    assertArraysClose(values, expected, { atol: _name === 'mixUp' ? 1e-5 : 0.3 });
    assertArraysClose(await sum(labels, 1).data(), [1, 1, 1, 1], { rtol: 1e-5 });
    expect(layer.applyAll([images, eye(4)])[1].shape).toEqual([4, 4]);
  });

  test('reject class indices', () => {
    const labels = tensor(Int32Array.of(0, 1, 2));
    expect(() => layers.mixUp().applyAll([photos, labels], { training: true })).toThrow(
      expect.objectContaining({ code: 'shape' }),
    );
  });

  test('run within a functional model with labels as a second input', async () => {
    const [x, y] = [input({ shape: [4, 4, 1] }), input({ shape: [2] })];
    const whole = model({ inputs: [x, y], outputs: [...layers.mixUp().applyAll([x, y])] });
    const [images, labels] = await whole.predictAll([ones([2, 4, 4, 1]), eye(2)]);
    expect([images.shape, labels.shape]).toEqual([
      [2, 4, 4, 1],
      [2, 2],
    ]);
  });
});

describe('augment', () => {
  const images = hostArray('uint8', [2, 1, 3, 1], Uint8Array.of(1, 2, 3, 4, 5, 6));
  const segmentationMasks = hostArray('int32', [2, 1, 3, 1], Int32Array.of(1, 2, 3, 4, 5, 6));

  test('transforms images and segmentation masks in host memory alike', async () => {
    const layer = layers.randomTranslation({ heightFactor: 0, widthFactor: 0.9, fillMode: 'wrap' });
    const labels = eye(2);
    const result = layer.augment({ images, segmentationMasks, labels }, { key: random.key(2) });
    expect(result.segmentationMasks?.dtype).toBe('int32');
    const distance = mean(abs(mul(result.images, 1)));
    expect(Number(await distance.array())).toBeGreaterThan(0);
    assertArraysClose(await (result.labels ?? labels).data(), [1, 0, 0, 1], {});
    const flip = layers.randomFlip({ mode: 'horizontal' }).augment({ images, segmentationMasks });
    expect([...(await flip.images.data())]).toEqual([...((await flip.segmentationMasks?.data()) ?? [])]);
  });

  test('returns images as at inference with training: false', async () => {
    const { images: same } = layers.randomInvert({ factor: [1, 1] }).augment({ images }, { training: false });
    expect([...(await same.data())]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('rejects data without images, and masks of another rank', () => {
    const layer = layers.randomFlip();
    expect(() => Reflect.apply(layer.augment, layer, [{}])).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => layer.augment({ images, segmentationMasks: ones([2, 1, 3]) })).toThrow(
      expect.objectContaining({ code: 'shape' }),
    );
  });
});

describe('pipeline', () => {
  test('applies its layers in order, also to images and labels', async () => {
    const layer = layers.pipeline({
      layers: [layers.rescaling({ scale: 2 }), layers.randomInvert({ factor: [1, 1], valueRange: [0, 10] })],
    });
    const x = reshape(tensor([1, 2]), [1, 1, 2, 1]);
    expect(await layer.apply(x).data()).toEqual(Float32Array.of(2, 4));
    expect(await layer.apply(x, { training: true }).data()).toEqual(Float32Array.of(8, 6));
    const both = layers.pipeline({ layers: [layers.randomFlip(), layers.mixUp()] });
    expect(both.applyAll([photos, eye(3)], { training: true }).map(({ shape }) => shape)).toEqual([
      [3, 7, 6, 3],
      [3, 3],
    ]);
  });
});
