import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applications, hostArray, saveWeights, setRandomSeed } from 'manabi';
import sharp from 'sharp';
import { jsonOf, ran } from '../run.fixture.ts';

let folder = '';
const at = (name: string) => join(folder, name);
const COLOURS = { blue: { r: 20, g: 40, b: 220 }, red: { r: 220, g: 30, b: 20 } };

/** Writes images in two colours, which a network can tell apart only if it receives them in colour. */
async function draw(path: string, colours: readonly (keyof typeof COLOURS)[], count: number): Promise<void> {
  for (const name of colours) {
    await mkdir(join(path, name), { recursive: true });
    for (let i = 0; i < count; i++) {
      const background = { ...COLOURS[name], g: 30 + 3 * i };
      const image = sharp({ create: { width: 40 + i, height: 32, channels: 3, background } });
      await image.png().toFile(join(path, name, `${i}.png`));
    }
  }
}

const train = (data: string, ...more: string[]) =>
  ran([
    ...['train', 'images', '--data', at(data), '--weights', at('base.weights.h5'), '--image-size', '32', '--json'],
    ...more,
  ]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-train-images-'));
  setRandomSeed(1);
  const base = await applications.mobileNet({
    ...{ alpha: 0.25, weights: null, includeTop: false, pooling: 'avg', inputShape: [32, 32, 3] },
  });
  // Random kernels of the usual size would let features vanish after so many layers.
  const larger = base.weights.map(async ({ value }) => {
    const factor = value.shape.length === 4 ? 3 : 1;
    return hostArray(
      'float32',
      value.shape,
      Float32Array.from(await value.data(), (each) => factor * Number(each)),
    );
  });
  base.setWeights(await Promise.all(larger));
  await saveWeights(base, at('base.weights.h5'));
  await draw(at('nested/photos/train'), ['blue', 'red'], 8);
  await draw(at('nested/photos/val'), ['blue', 'red'], 3);
  await draw(at('flat'), ['blue', 'red'], 5);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('manabi train images', () => {
  test('trains on nested train and val folders, and saves the classes with the network', async () => {
    const result = jsonOf(await train('nested', '--epochs', '1', '--out', at('colours.keras')));
    expect(result).toMatchObject({
      task: 'images',
      classes: ['blue', 'red'],
      trainSamples: 16,
      testSamples: 6,
      frozenAccuracy: 1,
      epochs: 1,
    });
    const found = jsonOf(
      await ran(['predict', at('colours.keras'), at('flat/red/0.png'), at('flat/blue/1.png'), '--json']),
    );
    expect(found).toMatchObject({ task: 'images', predictions: [{ label: 'red' }, { label: 'blue' }] });
    const evaluated = jsonOf(await ran(['evaluate', at('colours.keras'), '--data', at('nested'), '--json']));
    expect(evaluated).toMatchObject({ testAccuracy: result.testAccuracy, samples: 6, classes: ['blue', 'red'] });
  });

  test('keeps the classes when the network is copied and exported', async () => {
    await train('nested', '--epochs', '0', '--out', at('kept.keras'));
    await ran(['convert', at('kept.keras'), at('copy.keras')]);
    expect(jsonOf(await ran(['inspect', at('copy.keras'), '--json'])).facts).toMatchObject({
      metadata: { task: 'images', classNames: ['blue', 'red'] },
    });
    await ran(['export', at('copy.keras'), at('kept.onnx')]);
    expect(jsonOf(await ran(['inspect', at('kept.onnx'), '--json'])).facts).toMatchObject({
      metadata: { classLabels: '["blue","red"]' },
    });
  });

  test('evaluates a folder with some of the classes, and rejects one with other classes', async () => {
    await train('nested', '--epochs', '0', '--out', at('some.keras'));
    await draw(at('only'), ['red'], 2);
    await mkdir(at('only/empty'), { recursive: true });
    await draw(at('parts/train'), ['blue', 'red'], 5);
    await draw(at('parts/test'), ['red'], 2);
    const evaluated = jsonOf(await ran(['evaluate', at('some.keras'), '--data', at('parts'), '--json']));
    expect(evaluated).toMatchObject({ testAccuracy: 1, samples: 2 });
    await draw(at('others'), ['blue', 'red'], 2);
    await mkdir(at('others/green'));
    await sharp(at('flat/red/0.png')).toFile(at('others/green/0.png'));
    const { code, stderr } = await ran(['evaluate', at('some.keras'), '--data', at('others')]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("class 'green'")]);
  });

  test('holds out a fifth of the images without folders for the test', async () => {
    expect(jsonOf(await train('flat', '--epochs', '0'))).toMatchObject({ trainSamples: 8, testSamples: 2, epochs: 0 });
  });

  test('names the file of a damaged image', async () => {
    await draw(at('damaged'), ['blue', 'red'], 4);
    await writeFile(at('damaged/red/1.png'), 'not an image');
    const { code, stdout, stderr } = await train('damaged');
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('damaged/red/1.png')]);
  });

  test('names an empty class, a single class and a class without a folder for training', async () => {
    await draw(at('empty'), ['blue', 'red'], 4);
    await mkdir(at('empty/green'));
    expect(await train('empty')).toMatchObject({ code: 1, stderr: expect.stringContaining('green') });
    await draw(at('single'), ['blue'], 4);
    expect(await train('single')).toMatchObject({ code: 1, stderr: expect.stringContaining('two classes') });
    await draw(at('unknown/train'), ['blue', 'red'], 2);
    await draw(at('unknown/test'), ['blue'], 2);
    await mkdir(at('unknown/test/green'));
    await sharp(at('flat/red/0.png')).toFile(at('unknown/test/green/0.png'));
    expect(await train('unknown')).toMatchObject({ code: 1, stderr: expect.stringContaining('unknown/test/green') });
  });

  test('rejects an unknown base with the nearest name, and options before the name of the task', async () => {
    expect(await train('flat', '--base', 'mobilenet-v1-0.26')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('mobilenet-v1-0.25'),
    });
    expect(await ran(['train', '--epochs', '3', 'images', '--data', at('flat')])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--epochs'),
    });
  });
});
