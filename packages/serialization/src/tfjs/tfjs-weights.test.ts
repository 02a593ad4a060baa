import '@manabi/backend-cpu/register';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { float32ToFloat16 } from '@manabi/ir';
import { layers, sequential } from '@manabi/layers';
import { fuzz, fuzzCount } from '../fuzz.fixture.ts';
import { loadWeights } from '../index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-tfjs-'));
});
afterAll(() => rm(folder, { recursive: true }));

const network = (first = 'first', second = 'second') =>
  sequential([
    layers.dense({ units: 2, name: first, inputShape: [2] }),
    layers.dense({ units: 2, name: second, useBias: false }),
  ]);

type Described = Readonly<Record<string, unknown>>;

const KERNEL: Described = { name: 'first/kernel', shape: [2, 2], dtype: 'float32' };
const BIAS: Described = { name: 'first/bias', shape: [2], dtype: 'float32' };
const SECOND: Described = { name: 'second/kernel', shape: [2, 2], dtype: 'float32' };

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

function manifest(
  ...groups: readonly (readonly [paths: readonly string[], weights: readonly Described[]])[]
): Uint8Array {
  const weightsManifest = groups.map(([paths, weights]) => ({ paths, weights }));
  return new TextEncoder().encode(JSON.stringify({ modelTopology: null, weightsManifest }));
}

const FILES: Readonly<Record<string, Uint8Array>> = {
  a: floats(1, 2, 3, 4, 5).subarray(0, 18),
  b: new Uint8Array([...floats(5).subarray(2), ...floats(6), ...floats(7, 8, 9, 10)]),
};

const openShard = (path: string) => FILES[path];

const values = async (model: ReturnType<typeof network>) =>
  (await model.getWeights()).map(({ data }) => Array.from(data, Number));

const WHOLE = manifest([
  ['a', 'b'],
  [KERNEL, BIAS, SECOND],
]);

describe('loadWeights of TensorFlow.js files', () => {
  test('joins the files of a group before it separates the arrays', async () => {
    const model = network();
    await loadWeights(model, WHOLE, { openShard });
    expect(await values(model)).toEqual([
      [1, 2, 3, 4],
      [5, 6],
      [7, 8, 9, 10],
    ]);
  });

  test.each(['path', 'URL'])('reads the files beside model.json, given as a %s', async (kind) => {
    const path = join(folder, 'model.json');
    await writeFile(path, WHOLE);
    for (const [name, bytes] of Object.entries(FILES)) await writeFile(join(folder, name), bytes);
    const model = network();
    await loadWeights(model, kind === 'path' ? path : pathToFileURL(path));
    expect((await values(model))[1]).toEqual([5, 6]);
  });

  test('needs openShard for a manifest without a location', async () => {
    await expect(loadWeights(network(), WHOLE)).rejects.toMatchObject({ code: 'argument', data: { path: 'a' } });
  });

  test('matches layers by name, whatever their order', async () => {
    const model = network();
    const bytes = manifest([['x'], [SECOND]], [['y'], [KERNEL, BIAS]]);
    const files: Readonly<Record<string, Uint8Array>> = { x: floats(7, 8, 9, 10), y: floats(1, 2, 3, 4, 5, 6) };
    await loadWeights(model, bytes, { openShard: (path) => files[path] });
    expect(await values(model)).toEqual([
      [1, 2, 3, 4],
      [5, 6],
      [7, 8, 9, 10],
    ]);
  });

  test('matches layers in order if the names differ', async () => {
    const model = network('dense_8', 'dense_9');
    await loadWeights(model, WHOLE, { openShard });
    expect((await values(model))[2]).toEqual([7, 8, 9, 10]);
  });

  test('loads only the shared layers with match', async () => {
    const model = network('first', 'other');
    const [, , before] = await values(model);
    await loadWeights(model, WHOLE, { openShard, match: 'shared' });
    expect(await values(model)).toEqual([[1, 2, 3, 4], [5, 6], before]);
    await expect(loadWeights(model, WHOLE, { openShard, match: 'name' })).rejects.toMatchObject({
      code: 'corrupt',
      data: { missing: ['other'] },
    });
    await expect(loadWeights(network('x', 'y'), WHOLE, { openShard, match: 'shared' })).rejects.toMatchObject({
      code: 'corrupt',
    });
  });

  test.each([
    ['uint8', Uint8Array.of(0, 1, 128, 255), { scale: 0.5, min: -3 }, [-3, -2.5, 61, 124.5]],
    [
      'uint16',
      new Uint8Array(Uint16Array.of(0, 1, 300, 65535).buffer),
      { scale: 0.25, min: 1 },
      [1, 1.25, 76, 16384.75],
    ],
    ['float16', new Uint8Array(float32ToFloat16(Float32Array.of(0.5, -2, 65504, 0)).buffer), {}, [0.5, -2, 65504, 0]],
  ])('converts weights quantized to %s', async (dtype, bytes, range, expected) => {
    const model = sequential([layers.dense({ units: 2, name: 'first', useBias: false, inputShape: [2] })]);
    const quantized = { ...KERNEL, quantization: { dtype, ...range } };
    await loadWeights(model, manifest([['q'], [quantized]]), { openShard: () => bytes });
    expect(Array.from((await model.getWeights())[0].data, Number)).toEqual(expected);
  });

  test.each([
    ['a file is too short', manifest([['a'], [KERNEL, BIAS, SECOND]]), 'corrupt'],
    [
      'a file is too long',
      manifest([
        ['a', 'b'],
        [KERNEL, BIAS],
      ]),
      'corrupt',
    ],
    [
      'an array is described twice',
      manifest([
        ['a', 'b'],
        [KERNEL, BIAS, { ...SECOND, name: 'first/bias', shape: [4] }],
      ]),
      'corrupt',
    ],
    ['an array is too large', manifest([['a'], [{ ...KERNEL, shape: [2 ** 40, 2 ** 40] }]]), 'corrupt'],
    ['a length is negative', manifest([['a'], [{ ...KERNEL, shape: [-2, -2] }]]), 'corrupt'],
    ['a dtype is not supported', manifest([['a'], [{ ...KERNEL, dtype: 'string' }]]), 'unsupported'],
    ['a quantization is unknown', manifest([['a'], [{ ...KERNEL, quantization: { dtype: 'uint4' } }]]), 'corrupt'],
    ['a path leaves the folder', manifest([['../a'], [KERNEL]]), 'refused'],
    ['a path is absolute', manifest([['/etc/hostname'], [KERNEL]]), 'refused'],
    ['a path is a URL', manifest([['http://example.org/a'], [KERNEL]]), 'refused'],
    ['the manifest is no list', new TextEncoder().encode('{"weightsManifest": 3}'), 'corrupt'],
    [
      'a shape differs from that of the weight',
      manifest([
        ['a', 'b'],
        [{ ...KERNEL, shape: [4] }, BIAS, SECOND],
      ]),
      'corrupt',
    ],
  ])('changes nothing, and says why, if %s', async (_, bytes, code) => {
    const model = network();
    const before = await values(model);
    await expect(loadWeights(model, bytes, { openShard })).rejects.toMatchObject({ code });
    expect(await values(model)).toEqual(before);
  });

  test(`loads or rejects ${fuzzCount} corrupted copies of model.json and of its files`, async () => {
    const quantized = { ...SECOND, quantization: { dtype: 'uint8', scale: 0.5, min: 1 } };
    const whole = manifest(
      [
        ['a', 'b'],
        [KERNEL, BIAS, SECOND],
      ],
      [['c'], [{ ...quantized, name: 'third/kernel' }]],
    );
    const bytes = new Uint8Array(whole);
    const model = network();
    const inManifest = await fuzz([bytes], (input) =>
      loadWeights(model, input, { openShard: (path) => FILES[path] ?? new Uint8Array(4) }),
    );
    expect(inManifest.read + Object.values(inManifest.refused).reduce((sum, n) => sum + n, 0)).toBe(fuzzCount);
    const inFile = await fuzz([new Uint8Array([...FILES.a, ...FILES.b])], (input) =>
      loadWeights(model, manifest([['a'], [KERNEL, BIAS, SECOND]]), { openShard: () => input }),
    );
    expect(inFile.bytes + inManifest.bytes).toBeLessThan(2 ** 28);
  }, 600_000);

  test('rejects options of other formats', async () => {
    await expect(loadWeights(network(), WHOLE, { openShard, nameOf: (path) => path })).rejects.toMatchObject({
      code: 'argument',
      data: { option: 'nameOf' },
    });
  });
});
