import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { hostArray } from '@manabi/ir';
import { runInNode } from '@manabi/testing';
import { batches, familyOf, numbers } from '../family.fixture.ts';
import { inspectOnnx } from '../inspect/inspect-onnx.ts';
import { compare } from '../runtime/compare.ts';
import { exportOnnx } from './export-onnx.ts';

const family = familyOf({
  parameters: { w: numbers(40, 30), v: numbers(30, 20), bias: numbers(20) },
  inputs: batches(40),
  build: (b, { x, w, v, bias }, n) => [
    b.add(b.dot(b.dot(x, w, [], [[1, 0]]), v, [], [[1, 0]]), b.expand(bias, [n, 20], [1])),
  ],
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'manabi-onnx-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Matches the name of a data file: the file name of the model, followed by a unique number. */
const DATA_NAME = /^net work\.onnx\.[0-9a-f]{8}-[0-9a-f]{4}\.data$/;

/**
 * Checks that a model from the child process refers to its own data file: all elements must equal the number in the
 * name of the network.
 */
function checkOwnData(path: string): void {
  const { name, parameters } = inspectOnnx(readFileSync(path));
  const data = readFileSync(join(dirname(path), parameters[0].location ?? ''));
  const values = new Float32Array(data.buffer, data.byteOffset, data.length / 4);
  expect(values).toHaveLength(300_000);
  expect(values.every((value) => value === Number(name))).toBe(true);
}

describe('exportOnnx with externalData', () => {
  test('stores large parameters at page-aligned offsets of a data file, from which ONNX Runtime reads them', async () => {
    const path = join(folder, 'net work.onnx');
    await exportOnnx(family, path, { externalData: true });
    const [, data] = readdirSync(folder).sort();
    expect(readdirSync(folder)).toHaveLength(2);
    expect(data).toMatch(DATA_NAME);
    const { parameters } = inspectOnnx(readFileSync(path));
    expect(parameters.map(({ location }) => location)).toEqual([data, data, null]);
    expect(parameters.map(({ bytes }) => bytes)).toEqual([4800, 2400, 80]);
    expect(readFileSync(join(folder, data))).toHaveLength(8192 + 2400);
    const { y0 } = (await compare(family, path)).outputs;
    expect(y0.relative).toBeLessThan(1e-5);
  });

  test('writes a new data file when a model is replaced, and removes the old one', async () => {
    const path = join(folder, 'network.onnx');
    const names = new Set<string>();
    for (let round = 0; round < 3; round++) {
      await exportOnnx(family, path, { externalData: true });
      const [model, data, ...others] = readdirSync(folder).sort();
      expect([model, others]).toEqual(['network.onnx', []]);
      names.add(data);
      expect((await compare(family, path)).outputs.y0.relative).toBeLessThan(1e-5);
    }
    expect(names.size).toBe(3);
    await exportOnnx(family, path);
    expect(readdirSync(folder)).toEqual(['network.onnx']);
  });

  test('names the data file after the model, whether the destination is a path or a URL', async () => {
    const path = join(folder, 'net work.onnx');
    const url = pathToFileURL(path);
    for (const destination of [path, url, url.href]) {
      await exportOnnx(family, destination, { externalData: true });
      expect(readdirSync(folder)).toHaveLength(2);
      const [{ location }] = inspectOnnx(readFileSync(path)).parameters;
      expect(location).toMatch(DATA_NAME);
      expect(existsSync(join(folder, location ?? ''))).toBe(true);
    }
  });

  test('writes no data file if all parameters are small', async () => {
    const path = join(folder, 'small.onnx');
    const small = familyOf({ parameters: { w: numbers(4) }, inputs: () => ({}), build: (b, { w }) => [b.neg(w)] });
    await exportOnnx(family, path, { externalData: true });
    await exportOnnx(small, path, { externalData: true });
    expect(readdirSync(folder)).toEqual(['small.onnx']);
  });

  test('keeps other files in the folder whose names resemble that of the data file', async () => {
    const path = join(folder, 'network.onnx');
    const others = ['network.onnx.data', 'network.onnx.mine.data', 'other.onnx.1b9d6bcd-bbfd.data'];
    for (const name of others) writeFileSync(join(folder, name), 'mine');
    await exportOnnx(family, pathToFileURL(path));
    await exportOnnx(family, pathToFileURL(path), { externalData: true });
    await exportOnnx(family, pathToFileURL(path), { externalData: true });
    for (const name of others) expect(readFileSync(join(folder, name), 'utf8')).toBe('mine');
    expect((await compare(family, path)).outputs.y0.relative).toBeLessThan(1e-5);
  });

  test('rejects a call without a path', async () => {
    await expect(exportOnnx(family, { externalData: true })).rejects.toMatchObject({ code: 'argument' });
  });

  test('rejects a folder that does not exist, and writes nothing', async () => {
    const path = join(folder, 'none', 'network.onnx');
    await expect(exportOnnx(family, path, { externalData: true })).rejects.toMatchObject({ code: 'notFound' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('leaves a model and its matching data file if the process is killed', async () => {
    const path = join(folder, 'killed.onnx');
    const program = new URL('./external-data.child.ts', import.meta.url);
    for (const milliseconds of [20, 50, 90]) {
      const { signal } = await runInNode(program, { args: [path, String(milliseconds)] });
      expect(signal).toBe('SIGKILL');
      checkOwnData(path);
    }
    // The next export removes the leftovers of the killed processes.
    await exportOnnx(family, path);
    expect(readdirSync(folder)).toEqual(['killed.onnx']);
  }, 60_000);

  test('leaves a model and its matching data file if several processes export to one path and are killed', async () => {
    const path = join(folder, 'shared.onnx');
    const program = new URL('./external-data.child.ts', import.meta.url);
    const ends = [300, 500, 700, 900, 1100, 1300].map((milliseconds) =>
      runInNode(program, { args: [path, String(milliseconds)] }),
    );
    let isRunning = true;
    const looking = (async () => {
      while (isRunning) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        if (!existsSync(path)) continue;
        try {
          checkOwnData(path);
        } catch (error) {
          // Another process replaced the model between the read of the model and the read of its data file.
          if (!String(error).includes('ENOENT')) throw error;
        }
      }
    })();
    for (const { signal } of await Promise.all(ends)) expect(signal).toBe('SIGKILL');
    isRunning = false;
    await looking;
    checkOwnData(path);
    await exportOnnx(family, path);
    expect(readdirSync(folder)).toEqual(['shared.onnx']);
  }, 120_000);

  test('leaves a model and its matching data file after concurrent calls', async () => {
    const path = join(folder, 'at-once.onnx');
    const networks = [1, 2, 3, 4, 5].map((which) =>
      familyOf({
        parameters: { w: hostArray('float32', [300_000], new Float32Array(300_000).fill(which)) },
        inputs: () => ({}),
        build: (b, { w }) => [b.neg(w)],
      }),
    );
    await Promise.all(networks.map((network) => exportOnnx(network, path, { externalData: true })));
    const { parameters } = inspectOnnx(readFileSync(path));
    const data = readFileSync(join(folder, parameters[0].location ?? ''));
    const values = new Float32Array(data.buffer, data.byteOffset, data.length / 4);
    expect(new Set(values).size).toBe(1);
    await exportOnnx(family, path, { externalData: true });
    expect(readdirSync(folder)).toHaveLength(2);
  });

  test('rejects a destination that is a link into another folder, or a device', async () => {
    mkdirSync(join(folder, 'models'));
    const link = join(folder, 'latest.onnx');
    symlinkSync(join(folder, 'models', 'v1.onnx'), link);
    for (const destination of [link, '/dev/null']) {
      await expect(exportOnnx(family, destination, { externalData: true })).rejects.toMatchObject({
        code: 'unsupported',
      });
    }
    expect(readdirSync(join(folder, 'models'))).toEqual([]);
  });
});
