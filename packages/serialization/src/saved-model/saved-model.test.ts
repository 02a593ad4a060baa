import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type HostArray, hostArray } from '@manabi/core';
import { type DType, dtypes } from '@manabi/ir';
import { clearSession } from '@manabi/layers';
import { describeWithShared } from '@manabi/testing';
import { fuzz, fuzzCount } from '../fuzz.fixture.ts';
import { openSavedModel, type SavedModel } from '../index.ts';

beforeEach(clearSession);

/** Number of corrupted copies: reading one takes longer than in other formats. */
const count = Math.ceil(fuzzCount / 4);

interface GoldenArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Call {
  readonly signature: string;
  readonly inputs: Readonly<Record<string, GoldenArray>>;
  readonly outputs: Readonly<Record<string, GoldenArray>>;
}

function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./goldens/${name}.json`, import.meta.url), 'utf8'));
}

function toHost({ dtype: given, shape, data }: GoldenArray): HostArray {
  const dtype: DType = given === 'int64' ? 'int32' : (given as DType);
  const elements = dtypes[dtype].create(data.length);
  elements.set(data);
  return hostArray(dtype, shape, elements);
}

/** Calls the signatures of a model, and returns the outputs that differ from TensorFlow's. */
async function differences(saved: SavedModel, calls: readonly Call[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const { signature, inputs, outputs } of calls) {
    const arrays = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, toHost(value)]));
    const found = await saved.run(arrays, { signature });
    for (const [name, { shape, data }] of Object.entries(outputs)) {
      const actual = await found[name].data();
      const most = data.reduce(
        (max, value, i) => Math.max(max, Math.abs(value - Number(actual[i])) / Math.max(1, Math.abs(value))),
        0,
      );
      if (found[name].shape.join() !== shape.join() || !(most < 1e-5))
        wrong.push(`${signature}/${name}: ${most}, [${found[name].shape}]`);
    }
  }
  return wrong;
}

const filesOf = (files: Readonly<Record<string, string>>): Record<string, Uint8Array<ArrayBuffer>> =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, Uint8Array.from(inflateSync(Buffer.from(text, 'base64')))]),
  );

interface Small {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly calls: readonly Call[];
}

const small = golden<readonly Small[]>('exported');

describe('openSavedModel', () => {
  test.each(small)('computes the outputs of TensorFlow: $name', async ({ files, calls }) => {
    expect(await differences(await openSavedModel(filesOf(files)), calls)).toEqual([]);
  });
});

describe('openSavedModel: files that cannot be run', () => {
  const { files, calls } = small[0];
  const [{ inputs }] = calls;
  const arrays = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, toHost(value)]));
  const [input] = Object.keys(inputs);

  test('are rejected with the node if an operation is unknown', async () => {
    const graph = Buffer.from(filesOf(files)['saved_model.pb'])
      .toString('latin1')
      .replaceAll('\x12\x04Relu', '\x12\x04Ralu');
    const saved = await openSavedModel({
      ...filesOf(files),
      'saved_model.pb': new Uint8Array(Buffer.from(graph, 'latin1')),
    });
    await expect(saved.run(arrays)).rejects.toMatchObject({
      code: 'unsupported',
      data: { op: 'Ralu', node: expect.any(String) },
    });
  });

  test('are rejected if a variable is damaged', async () => {
    const damaged = filesOf(files);
    damaged['variables/variables.data-00000-of-00001'].fill(1);
    await expect((await openSavedModel(damaged)).run(arrays)).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('are rejected with the missing file', async () => {
    const { 'variables/variables.index': _index, ...rest } = filesOf(files);
    await expect((await openSavedModel(rest)).run(arrays)).rejects.toMatchObject({ code: 'notFound' });
    await expect(openSavedModel({})).rejects.toMatchObject({ code: 'notFound' });
    await expect(openSavedModel('missing')).rejects.toMatchObject({ code: 'notFound' });
  });

  test('run: rejects unknown signatures and inputs, other shapes and other dtypes', async () => {
    const saved = await openSavedModel(filesOf(files));
    await expect(saved.run(arrays, { signature: 'serving' })).rejects.toMatchObject({
      code: 'argument',
      data: { signature: 'serving' },
    });
    await expect(saved.run({})).rejects.toMatchObject({ code: 'argument', data: { missing: input } });
    await expect(saved.run({ ...arrays, other: arrays[input] })).rejects.toMatchObject({ data: { unknown: 'other' } });
    const wrong = hostArray('float32', [1, 5], new Float32Array(5));
    await expect(saved.run({ [input]: wrong })).rejects.toMatchObject({ code: 'shape', data: { got: [1, 5] } });
    const integers = hostArray('int32', [1, 4], new Int32Array(4));
    await expect(saved.run({ [input]: integers })).rejects.toMatchObject({ code: 'dtype', data: { got: 'int32' } });
  });

  test(`are run or rejected: ${count} corrupted graphs`, async () => {
    // Graphs with loops, branches and lists.
    const models = small.filter(({ name }) => ['shapes', 'rnn', 'mlp', 'partitioned'].includes(name));
    let next = 0;
    const { read, refused, bytes } = await fuzz(
      models.map((model) => filesOf(model.files)['saved_model.pb']),
      async (corrupted) => {
        const model = models[next++ % models.length];
        const saved = await openSavedModel({ ...filesOf(model.files), 'saved_model.pb': corrupted });
        const [call] = model.calls;
        const given = Object.entries(call.inputs).map(([name, value]) => [name, toHost(value)]);
        await saved.run(Object.fromEntries(given), { signature: call.signature });
      },
      count,
    );
    expect(read + Object.values(refused).reduce((sum, n) => sum + n, 0)).toBe(count);
    expect(bytes).toBeLessThan(2 ** 28);
  }, 600_000);
});

describeWithShared('openSavedModel: third-party models', 'data/formats/savedmodel', (path) => {
  const found = golden<Readonly<Record<string, readonly Call[]>>>('third-party');
  test.each(Object.keys(found))('computes the outputs of TensorFlow: %s', async (name) => {
    expect(await differences(await openSavedModel(join(path, name)), found[name])).toEqual([]);
  });
});
