import '@manabi/backend-cpu/register';
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from '@jest/globals';
import type { Picture } from '../messages.ts';
import { type Draw, disk, drawPixels, stripes } from './drawn-pictures.fixture.ts';
import type { ExtractorWeights } from './extractor-layers.ts';
import { PictureTraining } from './picture-training.ts';
import { readExtractor } from './read-extractor.ts';

let weights: ExtractorWeights;
beforeAll(async () => {
  weights = await readExtractor(await readFile(new URL('./extractor.safetensors', import.meta.url)));
});

let lastId = 0;

function pictures(draw: Draw, count: number): readonly Picture[] {
  return Array.from({ length: count }, (_, i) => ({ id: ++lastId, pixels: drawPixels(draw, i) }));
}

/** Trains until the phase ends. */
async function finish(training: PictureTraining): Promise<void> {
  while (await training.step());
}

const unseen = [drawPixels(disk, 17), drawPixels(stripes, 17)];

/** Returns the most likely class of each unseen picture. */
async function answers(training: PictureTraining): Promise<readonly number[] | undefined> {
  return (await training.classify(unseen))?.map((row) => row.indexOf(Math.max(...row)));
}

test('learns two classes, and recognizes held-out and unseen pictures', async () => {
  const training = new PictureTraining(weights);
  await training.begin([pictures(disk, 10), pictures(stripes, 10)]);
  expect(training.pictures).toEqual({ train: 16, heldOut: 4 });
  expect(training.progress).toMatchObject({ step: 0, loss: expect.closeTo(Math.log(2), 5) });
  await finish(training);
  expect(training.progress).toMatchObject({ accuracy: 1, heldOut: 1 });
  expect(training.progress.loss).toBeLessThan(0.1);
  expect(await answers(training)).toEqual([0, 1]);
});

test('gives a class with few pictures the same chance', async () => {
  const training = new PictureTraining(weights);
  await training.begin([pictures(disk, 30), pictures(stripes, 3)]);
  await finish(training);
  expect(await answers(training)).toEqual([0, 1]);
});

test('fine-tunes the last convolution only, and begins again with the trained extractor', async () => {
  const training = new PictureTraining(weights);
  const classes = [pictures(disk, 6), pictures(stripes, 6)];
  await training.begin(classes);
  await finish(training);
  const head = await training.classify(unseen);
  const kernels = async () => {
    const network = training.network;
    if (network === null) throw new Error('There is no network.');
    const names = ['conv_1', 'conv_4', 'conv_5'];
    return Promise.all(names.map(async (name) => (await network.getLayer(name).getWeights())[0].data));
  };
  const before = await kernels();
  const { loss, step } = training.progress;
  training.fineTune();
  await finish(training);
  const after = await kernels();
  expect(after[0]).toEqual(before[0]);
  expect(after[1]).toEqual(before[1]);
  expect(after[2]).not.toEqual(before[2]);
  expect(training.progress.loss).toBeLessThan(loss);
  expect(training.progress.step).toBeGreaterThan(step);
  expect(await answers(training)).toEqual([0, 1]);

  await training.begin(classes);
  await finish(training);
  expect(await training.classify(unseen)).toEqual(head);
});

test('trains nothing without pictures of two classes', async () => {
  const training = new PictureTraining(weights);
  await training.begin([pictures(disk, 5), []]);
  expect(await training.step()).toBe(false);
  training.fineTune();
  expect(training.phase).toBe('none');
  expect(await training.classify(unseen)).toBeNull();
  expect(training.network).toBeNull();
});

test('rejects a file with other weights', async () => {
  const { encodeSafetensors, hostArray } = await import('manabi');
  const bytes = await encodeSafetensors({ 'conv_1.kernel': hostArray('float32', [1], Float32Array.of(1)) });
  await expect(readExtractor(bytes)).rejects.toThrow("no weights of 'conv_1' with 16 filters");
});
