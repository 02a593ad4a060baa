import { beforeAll, describe, expect, test } from '@jest/globals';
import { type HostArray, hostArray, layers, type Model, sequential, setRandomSeed } from 'manabi';
import { evaluateClassifier } from './evaluate-classifier.ts';
import { modelClassifier } from './model-classifier.ts';
import { type PixelScaleName, pixelScaleNames } from './pixel-scales.ts';
import { scaledPixels } from './scaled-pixels.ts';

/**
 * Draws simple digits: a horizontal bar in row 4 + 2 * label of a 28 by 28 image. Every tenth label is wrong, so that no
 * network reaches an accuracy of 1.
 */
function bars(samples: number): { readonly x: HostArray; readonly y: HostArray } {
  const pixels = new Uint8Array(samples * 784);
  const labels = Uint8Array.from({ length: samples }, (_, i) => {
    const label = (i * 7) % 10;
    for (let column = 4; column < 24; column++) pixels[i * 784 + (4 + 2 * label) * 28 + column] = 200 + (i % 50);
    return i % 10 === Math.floor(i / 10) % 10 ? (label + 1) % 10 : label;
  });
  return { x: hostArray('uint8', [samples, 28, 28, 1], pixels), y: hostArray('uint8', [samples], labels) };
}

const data = bars(200);
const quiet = () => {};

/** Creates a network with one dense layer and the given input shape. */
function network(inputShape: readonly number[]): Model {
  return sequential([layers.flatten({ inputShape }), layers.dense({ units: 10, activation: 'softmax' })]);
}

/** Trains a network of one dense layer on pixels scaled to the given range, and returns the weights. */
async function trainedWeights(scale: PixelScaleName): Promise<HostArray[]> {
  setRandomSeed(1);
  const model = network([28, 28, 1]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  await model.fit(scaledPixels(data.x, scale), data.y, { epochs: 40, verbose: 0 });
  return Promise.all(model.weights.map(async ({ value }) => hostArray('float32', value.shape, await value.data())));
}

const weights = new Map<PixelScaleName, HostArray[]>();
beforeAll(async () => {
  for (const scale of pixelScaleNames) weights.set(scale, await trainedWeights(scale));
});

function trained(inputShape: readonly number[], scale: PixelScaleName): Model {
  const model = network(inputShape);
  model.setWeights(weights.get(scale) ?? []);
  return model;
}

describe.each([[[28, 28]], [[28, 28, 1]], [[784]], [[1, 28, 28]], [[784, 1]]])(
  'evaluateClassifier, for a network with input shape %j',
  (shape) => {
    test.each(pixelScaleNames)('recognizes that the network was trained with %s pixels', async (scale) => {
      const notes: string[] = [];
      const classifier = modelClassifier('bars', trained(shape, scale));
      const found = await evaluateClassifier(classifier, data, null, (text) => notes.push(text));
      expect(found).toMatchObject({ scale, samples: 200 });
      expect(found.accuracy).toBeGreaterThan(0.8);
      expect(notes).toHaveLength(1);
    });
  },
);

describe('evaluateClassifier', () => {
  test('computes the accuracy of a network that returns logits', async () => {
    const logits = sequential([layers.dense({ units: 10, inputShape: [784] })]);
    logits.setWeights(weights.get('unit') ?? []);
    const classifier = modelClassifier('logits', logits);
    expect(await evaluateClassifier(classifier, data, null, quiet)).toMatchObject({ accuracy: 0.9, scale: 'unit' });
  });

  test('computes the accuracy for one-hot labels', async () => {
    const hot = new Uint8Array(2000);
    data.y.data.forEach((label, i) => {
      hot[i * 10 + Number(label)] = 1;
    });
    const y = hostArray('uint8', [200, 10], hot);
    const classifier = modelClassifier('hot', trained([784], 'unit'));
    expect(await evaluateClassifier(classifier, { x: data.x, y }, null, quiet)).toMatchObject({ accuracy: 0.9 });
  });

  test('treats a single output as the probability of the second of two classes', async () => {
    const single = sequential([layers.dense({ units: 1, activation: 'sigmoid', inputShape: [2] })]);
    single.setWeights([
      hostArray('float32', [2, 1], Float32Array.of(9, 9)),
      hostArray('float32', [1], Float32Array.of(-4)),
    ]);
    const x = hostArray('float32', [4, 2], Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1));
    const y = hostArray('int32', [4, 1], Int32Array.of(0, 1, 1, 0));
    expect(await evaluateClassifier(modelClassifier('either', single), { x, y }, null, quiet)).toMatchObject({
      accuracy: 0.75,
      scale: null,
    });
  });
});

test.each([
  ['passes raw pixels to a network whose first layer divides them by 255', 1 / 255, 0],
  ['tries all pixel ranges if the first layer of the network multiplies pixels by 2', 2, 1],
])('evaluateClassifier %s', async (_, scale, notes) => {
  const model = sequential([
    layers.rescaling({ scale, inputShape: [28, 28] }),
    layers.flatten(),
    layers.dense({ units: 10 }),
  ]);
  const classifier = modelClassifier('own', model);
  const messages: string[] = [];
  const { scale: taken } = await evaluateClassifier(classifier, data, null, (text) => messages.push(text));
  expect(messages.filter((text) => text.includes('accuracy on'))).toHaveLength(notes);
  if (notes === 0) expect(taken).toBe('raw');
});

describe('evaluateClassifier, for data that does not match the network,', () => {
  const given = (model: Model, y: HostArray = data.y) =>
    evaluateClassifier(modelClassifier('wrong', model), { x: data.x, y }, null, quiet);

  test("rejects images of another size than the network's input, with both shapes", async () => {
    const model = sequential([layers.flatten({ inputShape: [32, 32, 3] }), layers.dense({ units: 10 })]);
    await expect(given(model)).rejects.toMatchObject({
      code: 'shape',
      data: { source: 'wrong', input: [32, 32, 3], sample: [28, 28, 1] },
    });
  });

  test('rejects labels that are not below the number of classes, with the shapes of scores and labels', async () => {
    const model = sequential([layers.flatten({ inputShape: [28, 28] }), layers.dense({ units: 5 })]);
    await expect(given(model)).rejects.toMatchObject({ code: 'shape', data: { scores: [200, 5], labels: [200] } });
  });

  test('rejects outputs with more than one row of scores per sample, with the shape of the output', async () => {
    const model = sequential([layers.dense({ units: 10, inputShape: [28, 28] })]);
    await expect(given(model)).rejects.toMatchObject({ code: 'shape', data: { shape: [200, 28, 10] } });
  });
});
