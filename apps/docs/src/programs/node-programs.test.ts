import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { createWebGpuBackend } from '@manabi/backend-webgpu';
import { describeWhere, runInNode, webGpuRequirement } from '@manabi/testing';
import { pages } from '../site/folders.ts';

const guides = readdirSync(join(pages, 'guides')).filter((name) => name.endsWith('.md'));

/** The first number of a product of random matrices, which is the same on all backends up to rounding. */
const matrix = /^\[\s+\[\s+4\.268/m;

const runProgram = (name: string, args: readonly string[] = []) =>
  runInNode(new URL(`./node/${name}.ts`, import.meta.url), { args });

describe('the guides', () => {
  test.each(guides)('%s includes its programs from files, which are compiled and run', (name) => {
    const text = readFileSync(join(pages, 'guides', name), 'utf8');
    expect(text).not.toMatch(/^```(ts|typescript)\b/m);
    // A program of this package either runs in the page, whose test presses Run, or in the test below.
    const shown = [...text.matchAll(/(<Runnable [^>]*>\n\n)?<<< @\/\.\.\/src\/programs\/(\S+)\.ts/g)];
    const elsewhere = shown.filter(([, runnable, path]) => (runnable === undefined) !== path.startsWith('node/'));
    expect(elsewhere.map(([, , path]) => path)).toEqual([]);
  });
});

describe('programs for Node', () => {
  test.each([
    ['dashboard', /^Dashboard: http:\/\/127\.0\.0\.1:\d+\/\n$/],
    ['files', /^6 files, equal predictions\nsignatures of the SavedModel: \{\n {2}serving_default:/],
    ['serve-model', /^200 \{ predictions: \[ \[ [\d., e-]+ \] \] \}\n$/],
    ['small-bundle', /Total params: 7,850/],
    ['quantize-model', /^bytes: \{ before: 76840, after: 21072 \}\n.*: true\n.*: true\n.*: true\n$/],
    ['onnx-session', /^equal results in ONNX Runtime: true\n\{\n {2}dense:/],
    ['onnxruntime-backend', matrix],
  ])('%s prints what it promises', async (name, expected) => {
    const { code, stdout, stderr } = await runProgram(name);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(expected);
  });
});

test('trains on a table, and predicts with the saved model in another process', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'manabi-flowers-'));
  try {
    const model = join(folder, 'flowers.keras');
    const table = fileURLToPath(new URL('./node/flowers.csv', import.meta.url));
    const trained = await runProgram('train-flowers', [table, model]);
    expect(trained).toMatchObject({ code: 0, stderr: '', stdout: '100 % of 6 other flowers are right.\n' });
    const predicted = await runProgram('predict-flower', [model, '5.9', '2.1']);
    expect(predicted).toMatchObject({ code: 0, stderr: '' });
    expect(predicted.stdout).toMatch(/^setosa 0 %\nversicolor \d+ %\nvirginica (9\d|100) %\n$/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

const gpu = await webGpuRequirement(() => createWebGpuBackend());

describeWhere(gpu, 'programs for a GPU', () => {
  test('webgpu-backend prints what it promises', async () => {
    const { code, stdout } = await runProgram('webgpu-backend');
    expect(code).toBe(0);
    expect(stdout).toMatch(matrix);
  });
});
