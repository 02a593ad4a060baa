import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { clearSession, input, layers, sequential } from '@manabi/layers';
import {
  efficientNetB0,
  mobileNet,
  mobileNetV2,
  mobileNetV3Small,
  type NetworkOptions,
  nasNetMobile,
  vgg16,
  xception,
} from '../index.ts';

beforeEach(clearSession);

describe('the options of networks', () => {
  test.each([
    ['pooling with a classifier', { pooling: 'avg' }, 'pooling'],
    ['classes without classifier', { includeTop: false, classes: 5 }, 'classes'],
    ['an activation without classifier', { includeTop: false, classifierActivation: null }, 'classifierActivation'],
    ['another number of classes with published weights', { weights: 'imagenet', classes: 10 }, 'classes'],
    [
      'another activation with published weights',
      { weights: 'imagenet', classifierActivation: 'sigmoid' },
      'classifierActivation',
    ],
    ['another size with the published classifier', { weights: 'imagenet', inputShape: [64, 64, 3] }, 'inputShape'],
    [
      'grey images with published weights',
      { weights: 'imagenet', includeTop: false, inputShape: [64, 64, 1] },
      'inputShape',
    ],
    ['images that are too small', { inputShape: [31, 64, 3] }, 'inputShape'],
    ['an unknown size with a classifier', { inputShape: [null, null, 3] }, 'inputShape'],
    ['an unknown number of channels', { includeTop: false, inputShape: [64, 64, null] }, 'inputShape'],
  ] satisfies readonly (readonly [string, NetworkOptions, string])[])('reject %s', async (_, options, name) => {
    await expect(vgg16({ weights: null, ...options })).rejects.toMatchObject({ code: 'argument', data: { name } });
  });

  test('reject options of the classifier of one network without classifier', async () => {
    await expect(mobileNet({ weights: null, includeTop: false, dropout: 0.1 })).rejects.toMatchObject({
      data: { name: 'dropout' },
    });
    await expect(mobileNetV3Small({ weights: null, includeTop: false, dropoutRate: 0.1 })).rejects.toMatchObject({
      data: { name: 'dropoutRate' },
    });
  });

  test('reject unknown names, with the nearest ones', async () => {
    // @ts-expect-error: the name is wrong
    await expect(vgg16({ includeTopp: false })).rejects.toMatchObject({ code: 'argument' });
  });

  test.each([
    ['mobileNet', () => mobileNet({ alpha: 0.3 }), 'alpha'],
    ['mobileNet', () => mobileNet({ depthMultiplier: 2 }), 'depthMultiplier'],
    ['mobileNetV2', () => mobileNetV2({ alpha: 0.25 }), 'alpha'],
    ['mobileNetV3Small', () => mobileNetV3Small({ alpha: 0.75, minimalistic: true }), 'alpha'],
  ])('reject variants of %s without published weights', async (_, create, name) => {
    await expect(create()).rejects.toMatchObject({ code: 'argument', data: { name } });
  });

  test('need a known size for NASNet, whose cells depend on it', async () => {
    const options = { weights: null, includeTop: false } as const;
    await expect(nasNetMobile({ ...options, inputShape: [null, null, 3] })).rejects.toMatchObject({ code: 'argument' });
    expect((await nasNetMobile(options)).inputTypes).toMatchObject({ shape: [null, 224, 224, 3] });
  });

  test.each([
    ['mobileNet', mobileNet, 224],
    ['xception', xception, 299],
    ['efficientNetB0', efficientNetB0, 224],
  ])('default to the size for which %s was designed, and to any size without classifier', async (_, create, size) => {
    expect((await create({ weights: null })).inputTypes).toMatchObject({ shape: [null, size, size, 3] });
    const base = await create({ weights: null, includeTop: false });
    expect(base.inputTypes).toMatchObject({ shape: [null, null, null, 3] });
  });

  test("name the model, with Keras's name by default", async () => {
    expect((await mobileNet({ weights: null, alpha: 0.5, inputShape: [128, 128, 3] })).name).toBe('mobilenet_0.50_128');
    expect((await mobileNet({ weights: null, includeTop: false })).name).toBe('mobilenet_1.00_None');
    expect((await vgg16({ weights: null, includeTop: false, name: 'base' })).name).toBe('base');
  });

  test('start at the layers before inputTensor', async () => {
    const pixels = input({ shape: [40, 40, 3], dtype: 'uint8', name: 'pixels' });
    const scaled = layers.rescaling({ scale: 1 / 127.5, offset: -1 }).apply(pixels);
    const options = { weights: null, alpha: 0.25, includeTop: false, inputTensor: scaled } as const;
    const base = await mobileNet(options);
    expect(base.inputNames).toEqual(['pixels']);
    expect(base.layers.slice(0, 3).map(({ name }) => name)).toEqual(['pixels', 'rescaling', 'conv1']);
    expect(base.outputTypes?.[0].shape).toEqual([null, 1, 1, 256]);
    await expect(mobileNet({ ...options, inputShape: [64, 64, 3] })).rejects.toMatchObject({
      code: 'argument',
      data: { name: 'inputShape' },
    });
  });

  test('divide by the square roots of the deviations for published weights of EfficientNet only', async () => {
    const names = async (imagenetScaling?: boolean) =>
      (await efficientNetB0({ weights: null, includeTop: false, imagenetScaling })).layers
        .slice(1, 4)
        .map((layer) => layer.className);
    expect(await names()).toEqual(['Rescaling', 'Normalization', 'ZeroPadding2D']);
    expect(await names(true)).toEqual(['Rescaling', 'Normalization', 'Rescaling']);
  });
});

describe('a network', () => {
  test('is a frozen part of a classifier', async () => {
    const base = await mobileNet({
      weights: null,
      alpha: 0.25,
      includeTop: false,
      pooling: 'avg',
      inputShape: [32, 32, 3],
    });
    base.trainable = false;
    const classifier = sequential([base, layers.dense({ units: 5, activation: 'softmax' })]);
    expect(classifier.outputTypes?.[0].shape).toEqual([null, 5]);
    expect(classifier.trainableWeights).toHaveLength(2);
  });
});
