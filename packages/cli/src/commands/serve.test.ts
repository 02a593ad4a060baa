import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';
import { hostArray, layers, saveModel, sequential } from 'manabi';
import sharp from 'sharp';
import { ran } from '../run.fixture.ts';
import { checkClassNames } from '../serving/class-names.ts';
import { taskMetadata } from '../task/model-task.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-serve-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Limit in milliseconds for a test that starts a process; long, because busy machines are slow. */
const timeout = 240_000;

test('manabi serve answers arrays and images, and finishes accepted requests after SIGTERM', async () => {
  const model = sequential([
    layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
    layers.flatten(),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
  const path = join(folder, 'my digits.keras');
  await saveModel(model, path, { metadata: taskMetadata({ task: 'digits' }) });
  const image = join(folder, 'one.png');
  const one =
    '<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"><rect x="22" y="5" width="6" height="40"/></svg>';
  await writeFile(image, await sharp(Buffer.from(one)).flatten({ background: 'white' }).png().toBuffer());
  const child = new URL('../serving/serve.child.ts', import.meta.url);
  const { stdout, stderr, code } = await runInNode(child, {
    args: [image, 'serve', path, '--port', '0', '--json'],
    timeout,
  });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const found = JSON.parse(stdout);
  expect(found).toMatchObject({
    code: 0,
    single: { status: 200 },
    upload: { status: 200, body: { labels: [expect.stringMatching(/^\d$/)] } },
    noise: { status: 400, body: { error: expect.stringContaining('upload') } },
    last: { status: 200, predictions: 400 },
  });
  expect(found.lines).toHaveLength(1);
  expect(JSON.parse(found.lines[0])).toMatchObject({ name: 'my-digits', workers: 1 });
  expect(found.page).toContain('my-digits');
  const sample = Float32Array.from({ length: 784 }, (_, i) => ((i % 28) * Math.floor(i / 28)) % 256);
  const expected = await (await model.predict(hostArray('float32', [1, 28, 28, 1], sample))).data();
  found.single.body.predictions[0].forEach((score: number, i: number) => {
    expect(score).toBeCloseTo(expected[i], 6);
  });
});

describe('manabi serve rejects', () => {
  test.each([
    ['an unknown backend', ['--backend', 'cpus'], "unknown backend 'cpus'"],
    ['an invalid name', ['--name', 'a/b'], '--name must consist of'],
    ['an invalid port', ['--port', '70000'], '[0, 65535]'],
    ['zero workers', ['--workers', '0'], 'integer of at least 1'],
  ])('%s', async (_, args, message) => {
    const { code, stderr } = await ran(['serve', 'model.keras', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

test.each([
  ['as many scores', 3, ['a', 'b', 'c'], true],
  ['a single score for two classes', 1, ['no', 'yes'], true],
  ['another number of scores', 3, ['a', 'b'], false],
])('checkClassNames, for a network with %s', (_, width, names, isValid) => {
  const check = () =>
    checkClassNames('net', { outputs: [{ name: 'y', element: 'FP32', shape: [null, width] }] }, names);
  if (isValid) expect(check).not.toThrow();
  else expect(check).toThrow(expect.objectContaining({ code: 'argument', data: { names: 2, scores: 3 } }));
});
