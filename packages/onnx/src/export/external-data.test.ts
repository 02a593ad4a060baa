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

/** The name of a file of data: the model's, and a number. */
const DATA_NAME = /^net work\.onnx\.[0-9a-f]{8}-[0-9a-f]{4}\.data$/;

/** Checks that a model of the child process has its own data: its name is the number that they hold. */
function checkOwnData(path: string): void {
  const { name, parameters } = inspectOnnx(readFileSync(path));
  const data = readFileSync(join(dirname(path), parameters[0].location ?? ''));
  const values = new Float32Array(data.buffer, data.byteOffset, data.length / 4);
  expect(values).toHaveLength(300_000);
  expect(values.every((value) => value === Number(name))).toBe(true);
}

describe('data beside the model', () => {
  test('large parameters lie in a file of their own, at pages, and ONNX Runtime finds them', async () => {
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

  test('at every moment the destination is a model with all of its data', async () => {
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

  test('its name is that of the model, however the place is written', async () => {
    const path = join(folder, 'net work.onnx');
    const url = pathToFileURL(path);
    for (const place of [path, url, url.href]) {
      await exportOnnx(family, place, { externalData: true });
      expect(readdirSync(folder)).toHaveLength(2);
      const [{ location }] = inspectOnnx(readFileSync(path)).parameters;
      expect(location).toMatch(DATA_NAME);
      expect(existsSync(join(folder, location ?? ''))).toBe(true);
    }
  });

  test('where all parameters are small there is no such file', async () => {
    const path = join(folder, 'small.onnx');
    const small = familyOf({ parameters: { w: numbers(4) }, inputs: () => ({}), build: (b, { w }) => [b.neg(w)] });
    await exportOnnx(family, path, { externalData: true });
    await exportOnnx(small, path, { externalData: true });
    expect(readdirSync(folder)).toEqual(['small.onnx']);
  });

  test('files of others stay where they are', async () => {
    const path = join(folder, 'network.onnx');
    const others = ['network.onnx.data', 'network.onnx.mine.data', 'other.onnx.1b9d6bcd-bbfd.data'];
    for (const name of others) writeFileSync(join(folder, name), 'mine');
    await exportOnnx(family, pathToFileURL(path));
    await exportOnnx(family, pathToFileURL(path), { externalData: true });
    await exportOnnx(family, pathToFileURL(path), { externalData: true });
    for (const name of others) expect(readFileSync(join(folder, name), 'utf8')).toBe('mine');
    expect((await compare(family, path)).outputs.y0.relative).toBeLessThan(1e-5);
  });

  test('without a place it is an error', async () => {
    await expect(exportOnnx(family, { externalData: true })).rejects.toMatchObject({ code: 'argument' });
  });

  test('a folder that does not exist is an error, and nothing is written', async () => {
    const path = join(folder, 'none', 'network.onnx');
    await expect(exportOnnx(family, path, { externalData: true })).rejects.toMatchObject({ code: 'notFound' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a process that is killed while exporting leaves a model with its own data', async () => {
    const path = join(folder, 'killed.onnx');
    const program = new URL('./external-data.child.ts', import.meta.url);
    for (const milliseconds of [20, 50, 90]) {
      const { signal } = await runInNode(program, { args: [path, String(milliseconds)] });
      expect(signal).toBe('SIGKILL');
      checkOwnData(path);
    }
    // What the killed ones left goes with the next export.
    await exportOnnx(family, path);
    expect(readdirSync(folder)).toEqual(['killed.onnx']);
  }, 60_000);

  test('many processes that export to one path, and are killed, leave a model with its own data', async () => {
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
          // The model was replaced between the two reads.
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

  test('calls at once in one process leave a model with its own data, and no other data after the next', async () => {
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

  test('a link into another folder, and a device, are refused', async () => {
    mkdirSync(join(folder, 'models'));
    const link = join(folder, 'latest.onnx');
    symlinkSync(join(folder, 'models', 'v1.onnx'), link);
    for (const place of [link, '/dev/null']) {
      await expect(exportOnnx(family, place, { externalData: true })).rejects.toMatchObject({ code: 'unsupported' });
    }
    expect(readdirSync(join(folder, 'models'))).toEqual([]);
  });
});
