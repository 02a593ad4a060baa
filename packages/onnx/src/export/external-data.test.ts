import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';
import { compare } from '../compare/compare.ts';
import { batches, familyOf, numbers } from '../family.fixture.ts';
import { inspectOnnx } from '../inspect/inspect-onnx.ts';
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

describe('data beside the model', () => {
  test('large parameters lie in a file of their own, at pages, and ONNX Runtime finds them', async () => {
    const path = join(folder, 'net work.onnx');
    await exportOnnx(family, path, { externalData: true });
    expect(readdirSync(folder).sort()).toEqual(['net work.onnx', 'net work.onnx.data']);
    const { parameters } = inspectOnnx(readFileSync(path));
    expect(parameters.map(({ location }) => location)).toEqual(['net work.onnx.data', 'net work.onnx.data', null]);
    expect(parameters.map(({ bytes }) => bytes)).toEqual([4800, 2400, 80]);
    expect(readFileSync(`${path}.data`)).toHaveLength(8192 + 2400);
    const { y0 } = (await compare(family, path)).outputs;
    expect(y0.relative).toBeLessThan(1e-5);
  });

  test('at every moment the destination is a model with all of its data', async () => {
    const path = join(folder, 'network.onnx');
    for (const data of ['network.onnx.data', 'network.onnx.1.data', 'network.onnx.data']) {
      await exportOnnx(family, path, { externalData: true });
      expect(readdirSync(folder).sort()).toEqual(['network.onnx', data].sort());
      expect((await compare(family, path)).outputs.y0.relative).toBeLessThan(1e-5);
    }
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
      expect(location).toMatch(/^net work\.onnx(\.1)?\.data$/);
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
    writeFileSync(`${path}.1.data`, 'mine');
    await exportOnnx(family, pathToFileURL(path));
    expect(existsSync(`${path}.1.data`)).toBe(true);
    await exportOnnx(family, pathToFileURL(path), { externalData: true });
    expect(readFileSync(`${path}.1.data`, 'utf8')).toBe('mine');
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
      const { name, parameters } = inspectOnnx(readFileSync(path));
      const data = readFileSync(join(folder, parameters[0].location ?? ''));
      const values = new Float32Array(data.buffer, data.byteOffset, data.length / 4);
      expect(values).toHaveLength(300_000);
      expect(values.every((value) => value === Number(name))).toBe(true);
    }
  }, 60_000);
});
