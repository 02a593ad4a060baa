import { copyFile, mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  backupAndRestore,
  datasets,
  exportOnnx,
  hostArray,
  layers,
  loadModel,
  readNpz,
  saveModel,
  sequential,
  writeNpz,
} from 'manabi';
import sharp from 'sharp';
import { pixelScaleNames } from '../classify/pixel-scales.ts';
import { jsonOf, ran } from '../run.fixture.ts';

let folder = '';
const at = (name: string) => join(folder, name);
let digits: datasets.LabelledImages;
let trained: Readonly<Record<string, unknown>> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-cli-'));
  digits = (await datasets.mnist()).test;
  const args = ['--samples', '1000', '--epochs', '4', '--batch-size', '32', '--json', '--verify'];
  trained = jsonOf(
    await ran(['train', 'mnist-mlp', ...args, '--out', at('digits.keras'), '--onnx', at('digits.onnx')]),
  );
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * Draws a test digit as in a photo of paper: dark on light, larger than in MNIST, and off centre. Writes it as an image
 * file and returns its label.
 */
async function drawDigit(index: number, name: string): Promise<number> {
  const pixels = Buffer.from(digits.images.data.slice(index * 784, (index + 1) * 784));
  const ink = await sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } })
    .negate()
    .resize(140, 140)
    .toColourspace('b-w')
    .toBuffer();
  await sharp(ink, { raw: { width: 140, height: 140, channels: 1 } })
    .extend({ left: 60, top: 10, bottom: 90, right: 0, background: '#fff' })
    .png()
    .toFile(at(name));
  return Number(digits.labels.data[index]);
}

describe('manabi train', () => {
  test('saves .keras and .onnx files that reproduce the outputs of the network', () => {
    expect(trained).toMatchObject({ task: 'mnist-mlp', reloadMaxAbsDiff: 0 });
    expect(trained.onnxMaxAbsDiff).toBeLessThan(2e-5);
    expect(trained.testAccuracy).toBeGreaterThan(0.7);
  });

  test('saves the network before it measures the test accuracy', async () => {
    const args = ['--samples', '64', '--epochs', '1', '--out', at('first.keras'), '--onnx', at('first.onnx')];
    const { stdout } = await ran(['train', 'mnist-mlp', ...args]);
    const positions = [at('first.keras'), at('first.onnx'), 'test accuracy'].map((text) => stdout.indexOf(text));
    expect(positions).not.toContain(-1);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  });

  test('trains on images and labels from an .npz file', async () => {
    const [x, y] = [digits.images, digits.labels];
    const rows = 64;
    const images = hostArray('uint8', [rows, 28, 28], x.data.slice(0, rows * 784));
    const labels = hostArray('uint8', [rows], y.data.slice(0, rows));
    await writeNpz(at('clothes.npz'), { x_train: images, y_train: labels, x_test: images, y_test: labels });
    const args = ['--data', at('clothes.npz'), '--epochs', '40', '--json'];
    expect(jsonOf(await ran(['train', 'mnist-mlp', ...args])).testAccuracy).toBeGreaterThan(0.9);
    await writeNpz(at('halves.npz'), { x_train: images, y_train: labels });
    expect(await ran(['train', 'mnist-mlp', '--data', at('halves.npz')])).toMatchObject({ code: 1 });
  });

  test.each([
    ['an unsupported extension', ['--out', 'digits.txt'], 2],
    ['--verify without a file to save', ['--verify'], 2],
    ['a missing folder', ['--out', '/nowhere/digits.keras'], 1],
  ])('rejects invalid options for saving before training starts: %s', async (_, args, code) => {
    expect(await ran(['train', 'xor', ...args])).toMatchObject({ code, stdout: '' });
  });
});

describe('manabi evaluate', () => {
  test.each(['digits.keras', 'digits.onnx'])(
    'measures the accuracy that training printed, for the saved file %s',
    async (name) => {
      const result = await ran(['evaluate', at(name), '--samples', '1000', '--json']);
      expect(jsonOf(result)).toMatchObject({ model: at(name), testAccuracy: trained.testAccuracy, scale: 'raw' });
      expect(result.stderr).toContain('raw pixels');
    },
  );

  test('measures the accuracy of an ONNX file with a fixed batch size', async () => {
    await exportOnnx(await loadModel(at('digits.keras')), at('sevens.onnx'), { batch: 7 });
    const args = ['evaluate', at('sevens.onnx'), '--samples', '1000', '--scale', 'raw', '--json'];
    expect(jsonOf(await ran(args))).toMatchObject({ testAccuracy: trained.testAccuracy });
  });

  test('reads samples from an .npz file', async () => {
    const rows = { x_test: digits.images, y_test: digits.labels };
    await writeNpz(at('digits.npz'), rows);
    const args = ['evaluate', at('digits.keras'), '--data', at('digits.npz'), '--samples', '1000', '--json'];
    expect(jsonOf(await ran(args))).toMatchObject({ testAccuracy: trained.testAccuracy });
    await writeNpz(at('misnamed.npz'), { images: digits.labels });
    const { code, stderr } = await ran(['evaluate', at('digits.keras'), '--data', at('misnamed.npz')]);
    expect(code).toBe(1);
    expect(stderr).toContain('images');
  });

  test('prints the input shape of the network and the shape of the images if they do not match', async () => {
    const network = sequential([layers.flatten({ inputShape: [32, 32, 3] }), layers.dense({ units: 10 })]);
    await saveModel(network, at('colours.keras'));
    const { code, stderr } = await ran(['evaluate', at('colours.keras')]);
    expect(code).toBe(1);
    expect(stderr).toContain('[32, 32, 3]');
    expect(stderr).toContain('[28, 28, 1]');
  });

  test('prints the path of a model file that is missing, truncated or not a model', async () => {
    await copyFile(at('digits.keras'), at('short.keras'));
    await truncate(at('short.keras'), 1000);
    await writeFile(at('text.onnx'), 'no network');
    for (const name of ['missing.keras', 'missing.onnx', 'short.keras', 'text.onnx']) {
      const { code, stdout, stderr } = await ran(['evaluate', at(name)]);
      expect([name, code, stdout]).toEqual([name, 1, '']);
      expect(stderr).toContain(name);
      expect(stderr).not.toContain('    at ');
    }
  });
});

describe('manabi quantize', () => {
  test('writes a smaller file, and reports the accuracy before and after', async () => {
    const args = [
      'quantize',
      at('digits.keras'),
      '--out',
      at('small.keras'),
      '--data',
      'mnist',
      '--samples',
      '500',
      '--json',
    ];
    const { bytes, report } = jsonOf(await ran(args));
    const { size } = await stat(at('digits.keras'));
    expect(Number(bytes)).toBeLessThan(0.4 * size);
    expect(report).toMatchObject({ dtype: 'int8', outputs: [{ relativeError: expect.any(Number) }] });
    const accuracy = jsonOf(await ran(['evaluate', at('small.keras'), '--samples', '1000', '--json'])).testAccuracy;
    expect(Math.abs(Number(accuracy) - Number(trained.testAccuracy))).toBeLessThan(0.01);
  });

  test('requires --out, and rejects other dtypes', async () => {
    expect(await ran(['quantize', at('digits.keras')])).toMatchObject({ code: 2 });
    expect(await ran(['quantize', at('digits.keras'), '--out', at('s.keras'), '--dtype', 'int4'])).toMatchObject({
      code: 2,
    });
  });
});

describe('manabi predict', () => {
  test.each(['digits.keras', 'digits.onnx'])('classifies drawn digits with the network in %s', async (name) => {
    const labels = [await drawDigit(0, 'a.png'), await drawDigit(2, 'b.png'), await drawDigit(3, 'c.png')];
    const files = ['a.png', 'b.png', 'c.png'].map(at);
    const { scale, predictions } = jsonOf(await ran(['predict', at(name), ...files, '--digits', '--json']));
    expect(scale).toBe('raw');
    expect(predictions).toEqual(
      files.map((file, i) => ({
        file,
        class: labels[i],
        label: String(labels[i]),
        probability: expect.any(Number),
        probabilities: expect.any(Array),
      })),
    );
  });

  test('treats an image as a digit only with --digits, or if the file states that it classifies digits', async () => {
    const label = await drawDigit(0, 'photo.png');
    const stated = jsonOf(await ran(['predict', at('digits.keras'), at('photo.png'), '--json']));
    expect(stated).toMatchObject({ predictions: [{ class: label }] });
    const { code, stderr } = await ran(['predict', at('digits.onnx'), at('photo.png')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--scale raw')]);
    // Without the conversion to the form of MNIST, the network receives dark on light.
    const plain = jsonOf(await ran(['predict', at('digits.onnx'), at('photo.png'), '--scale', 'raw', '--json']));
    const digit = jsonOf(await ran(['predict', at('digits.onnx'), at('photo.png'), '--digits', '--json']));
    expect(plain.predictions).not.toEqual(digit.predictions);
  });

  test('prints the class names that --class-labels specifies', async () => {
    await drawDigit(0, 'seven.png');
    const names = 'zero,one,two,three,four,five,six,seven,eight,nine';
    const { stdout } = await ran(['predict', at('digits.keras'), at('seven.png'), '--class-labels', names]);
    expect(stdout).toMatch(/seven\.png {2}seven {2}\d+\.\d%/);
    expect(await ran(['predict', at('digits.keras'), at('seven.png'), '--class-labels', 'a,b'])).toMatchObject({
      code: 2,
      stdout: '',
    });
  });
});

describe('manabi predict, for a network that does not classify digits,', () => {
  test.each([
    ['clothes', 10],
    ['cats-and-dogs', 2],
    ['letters', 26],
  ])('requires --scale for a classifier of %s', async (name, classes) => {
    const network = sequential([layers.flatten({ inputShape: [14, 14, 3] }), layers.dense({ units: classes })]);
    await saveModel(network, at(`${name}.keras`));
    await drawDigit(0, 'shirt.png');
    const args = ['predict', at(`${name}.keras`), at('shirt.png'), '--json'];
    const { code, stderr } = await ran(args);
    expect(code).toBe(2);
    for (const scale of pixelScaleNames) expect(stderr).toContain(`--scale ${scale}`);
    expect(jsonOf(await ran([...args, '--scale', 'unit']))).toMatchObject({
      scale: 'unit',
      predictions: [{ probabilities: { length: classes } }],
    });
  });

  test('requires --scale for a classifier of twelve classes, ten of which are digits', async () => {
    const known = await loadModel(at('digits.keras'), { compile: false });
    const arrays = await Promise.all(
      known.weights.map(async ({ value }) => hostArray('float32', value.shape, await value.data())),
    );
    const [kernel, bias] = arrays.slice(-2);
    const wide = Float32Array.from({ length: 64 * 12 }, (_, i) =>
      i % 12 < 10 ? Number(kernel.data[Math.floor(i / 12) * 10 + (i % 12)]) : 0,
    );
    const most = Float32Array.from({ length: 12 }, (_, i) => (i < 10 ? Number(bias.data[i]) : -100));
    const network = sequential([
      layers.flatten({ inputShape: [28, 28] }),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dense({ units: 64, activation: 'relu' }),
      layers.dense({ units: 12, activation: 'softmax' }),
    ]);
    network.setWeights([
      ...arrays.slice(0, -2),
      hostArray('float32', [64, 12], wide),
      hostArray('float32', [12], most),
    ]);
    await saveModel(network, at('twelve.keras'));
    await drawDigit(0, 'twelve.png');
    expect(await ran(['predict', at('twelve.keras'), at('twelve.png')])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('manabi export', () => {
  test('writes an ONNX file with the requested opset and class labels, and verifies its outputs in ONNX Runtime', async () => {
    const labels = '0,1,2,3,4,5,6,7,8,9';
    const args = ['export', at('digits.keras'), at('again.onnx'), '--opset', '18', '--class-labels', labels, '--json'];
    const result = jsonOf(await ran(args));
    expect(result).toMatchObject({ onnx: at('again.onnx'), bytes: (await stat(at('again.onnx'))).size });
    expect(result.onnxMaxAbsDiff).toBeLessThan(1e-5);
    expect(result.verified).toBe(true);
    expect(jsonOf(await ran(['inspect', at('again.onnx'), '--json']))).toMatchObject({
      facts: { opsets: { 'ai.onnx': 18 }, metadata: { classLabels: JSON.stringify(labels.split(',')) } },
    });
  });

  test('fails if the outputs in ONNX Runtime differ from those of the model', async () => {
    // The outputs differ because ONNX Runtime ignores NaN in a maximum.
    const network = sequential([
      layers.dense({ units: 2, kernelInitializer: 'ones', inputShape: [4, 3] }),
      layers.maxPooling1d({ poolSize: 2 }),
    ]);
    network.setWeights([
      hostArray('float32', [3, 2], Float32Array.of(Number.NaN, 1, 1, 1, 1, 1)),
      hostArray('float32', [2], new Float32Array(2)),
    ]);
    await saveModel(network, at('nan.keras'));
    const { code, stdout, stderr } = await ran(['export', at('nan.keras'), at('nan.onnx'), '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ verified: false });
    expect(stderr).toContain('Verification failed');
  });

  test('rejects an unsupported opset without writing a file', async () => {
    expect(await ran(['export', at('digits.keras'), at('old.onnx'), '--opset', '7'])).toMatchObject({
      code: 2,
      stdout: '',
    });
    await expect(stat(at('old.onnx'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('manabi convert', () => {
  const accuracyOf = async (name: string) =>
    jsonOf(await ran(['evaluate', at(name), '--samples', '1000', '--json'])).testAccuracy;

  test.each(['weights.h5', 'safetensors', 'npz'])(
    'converts a network to .%s and back without changing its accuracy',
    async (kind) => {
      const [weights, back] = [at(`weights-of.${kind}`), `back-from-${kind.replace('.', '-')}.keras`];
      expect(jsonOf(await ran(['convert', at('digits.keras'), weights, '--json']))).toMatchObject({ out: weights });
      expect((await ran(['convert', weights, at(back), '--model', at('digits.keras')])).code).toBe(0);
      expect(await accuracyOf(back)).toBe(trained.testAccuracy);
    },
  );

  test('copies weights by name from .safetensors to .npz, formats that contain no layers', async () => {
    await ran(['convert', at('digits.keras'), at('one.safetensors')]);
    await ran(['convert', at('one.safetensors'), at('two.npz')]);
    expect(Object.keys(await readNpz(at('two.npz')))).toContain('dense/kernel');
  });

  test('keeps optimizer and loss when it copies a .keras file', async () => {
    await ran(['convert', at('digits.keras'), at('copy.keras')]);
    expect((await loadModel(at('copy.keras'))).compiled).toBe(true);
  });

  test.each([
    ['weights without --model', ['one.npz', 'two.keras']],
    ['ONNX as the source', ['digits.onnx', 'two.keras']],
    ['.h5 as the destination', ['digits.keras', 'two.h5']],
    ['a source without an extension', ['digits', 'two.keras']],
    ['--model for a source with layers', ['digits.keras', 'two.keras', '--model', 'digits.keras']],
  ])('rejects %s', async (_, args) => {
    expect(await ran(['convert', ...args])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('manabi inspect', () => {
  /** Model files of each format, with the name of the first dense layer's kernel in the file. */
  const kernels: readonly (readonly [file: string, name: string])[] = [
    ['digits.keras', 'layers/dense/vars/0'],
    ['digits.weights.h5', 'layers/dense/vars/0'],
    ['digits.onnx', 'dense/kernel'],
    ['digits.npz', 'dense/kernel'],
    ['digits.safetensors', 'dense/kernel'],
  ];

  test.each(kernels)('lists the names and shapes of the arrays in %s', async (file, name) => {
    const path = at(`inspected-${file}`);
    if (/\.(keras|onnx)$/.test(file)) await copyFile(at(file), path);
    else await ran(['convert', at('digits.keras'), path]);
    const found = jsonOf(await ran(['inspect', path, '--json']));
    expect(found).toMatchObject({
      file: path,
      format: file.split('.').at(-1),
      facts: { bytes: (await readFile(path)).length },
      arrays: expect.arrayContaining([expect.objectContaining({ name, shape: [784, 128] })]),
    });
    const { stdout } = await ran(['inspect', path]);
    expect(stdout).toContain(name);
    expect(stdout).toContain('[784, 128]');
  });

  test('lists the layers and the optimizer in a .keras file', async () => {
    expect(jsonOf(await ran(['inspect', at('digits.keras'), '--json'])).facts).toMatchObject({
      class: 'Sequential',
      layers: expect.arrayContaining(['rescaling (Rescaling)', 'flatten (Flatten)', 'dense (Dense)']),
      optimizer: { arrays: expect.any(Number), bytes: expect.any(Number) },
    });
  });

  test('lists kernels for --plan, with their speed relative to the limit of the machine', async () => {
    const { steps } = jsonOf(await ran(['inspect', at('digits.keras'), '--plan', '--json', '--batch-size', '4']));
    expect(steps).toEqual(expect.arrayContaining([expect.objectContaining({ limit: expect.any(String) })]));
  });

  test('saves the times of --plan as a trace', async () => {
    const args = ['inspect', at('digits.keras'), '--plan', '--batch-size', '2', '--trace'];
    const { code, stdout } = await ran([...args, at('steps.json')]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('steps.json')]);
    const { traceEvents } = JSON.parse(await readFile(at('steps.json'), 'utf8'));
    expect(traceEvents).toEqual(expect.arrayContaining([expect.objectContaining({ ph: 'X', ts: 0 })]));
    expect(await ran([...args, at('steps.txt')])).toMatchObject({ code: 2 });
    expect(await ran(['inspect', at('digits.keras'), '--trace', at('steps.json')])).toMatchObject({ code: 2 });
    expect(await ran([...args.slice(0, 3), '--backend', 'webgp'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('webgpu'),
    });
  });

  test('rejects unsupported files and folders and prints what they are', async () => {
    await writeFile(at('notes.txt'), 'not a model');
    expect(await ran(['inspect', at('notes.txt')])).toMatchObject({ code: 1, stdout: '' });
    for (const [name, files, kind] of [
      ['saved', ['saved_model.pb'], 'TensorFlow SavedModel'],
      ['tfjs', ['model.json'], 'TensorFlow.js'],
      ['plain', ['notes.txt'], 'a folder'],
    ] as const) {
      await mkdir(at(name));
      for (const file of files) await writeFile(at(`${name}/${file}`), 'x');
      const { code, stderr } = await ran(['inspect', at(name)]);
      expect([code, stderr]).toEqual([1, expect.stringContaining(kind)]);
    }
    await writeFile(at('page.onnx'), '<!doctype html><title>Not found</title>');
    expect((await ran(['inspect', at('page.onnx')])).stderr).toContain('HTML page');
    expect((await ran(['convert', at('saved'), at('out.keras')])).stderr).toContain('TensorFlow SavedModel');
  });
});

describe('manabi inspect, for a checkpoint,', () => {
  test('prints the epoch and the step of a checkpoint file, or of the latest checkpoint in a folder', async () => {
    const network = sequential([layers.dense({ units: 2, inputShape: [3], name: 'scores' })]);
    network.compile({ optimizer: 'adam', loss: 'mse' });
    const rows = {
      x: hostArray('float32', [4, 3], new Float32Array(12)),
      y: hostArray('float32', [4, 2], new Float32Array(8)),
    };
    const backup = backupAndRestore({ backupDir: at('run'), deleteCheckpoint: false });
    await network.fit(rows.x, rows.y, { epochs: 3, batchSize: 2, verbose: 0, callbacks: [backup] });
    const inFolder = jsonOf(await ran(['inspect', at('run'), '--json']));
    expect(inFolder).toMatchObject({
      format: 'checkpoint',
      facts: { optimizer: 'adam', epoch: expect.any(Number), step: expect.any(Number) },
      arrays: expect.arrayContaining([expect.objectContaining({ name: 'values/scores/kernel', shape: [3, 2] })]),
    });
    expect(jsonOf(await ran(['inspect', at('run/latest.checkpoint'), '--json'])).arrays).toEqual(inFolder.arrays);
  });

  test('rejects a file that is named .checkpoint but is not a checkpoint', async () => {
    await ran(['convert', at('digits.keras'), at('plain.safetensors')]);
    await copyFile(at('plain.safetensors'), at('plain.checkpoint'));
    expect(await ran(['inspect', at('plain.checkpoint')])).toMatchObject({ code: 1, stdout: '' });
  });
});
