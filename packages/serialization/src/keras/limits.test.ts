import '@manabi/backend-cpu/register';
import { truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { joinedBytes } from '@manabi/files/internal';
import { layers, sequential } from '@manabi/layers';
import { runInNode } from '@manabi/testing';
import { newGroup } from '../hdf5/tree.ts';
import { writeHdf5 } from '../hdf5/write.ts';
import { saveModel } from '../index.ts';
import { archiveNames } from './archive-names.ts';
import { zipped } from './golden-files.fixture.ts';
import { blankArchive, type Compressed, compressedBlanks } from './hostile-zip.fixture.ts';
import type { Measured } from './limits.child.ts';

const program = new URL('./limits.child.ts', import.meta.url);
/** Whether to try every reader and the largest files (`npm run nightly -- keras-files`). */
const isNightly = process.env.MANABI_KERAS_FILES !== undefined;
/** Number of layers of the deepest model. */
const MOST_LAYERS = isNightly ? 16_000 : 4000;
/** Further functions that must reject an archive whose entry has 768 MiB of blanks. */
const MORE_READERS = [
  ['inspectModelFile', archiveNames.config, 'tooLarge'],
  ['loadModel', archiveNames.metadata, 'tooLarge'],
  ['inspectModelFile', archiveNames.weights, 'corrupt'],
  ['loadWeights', archiveNames.weights, 'corrupt'],
] as const;
/** Further tensors of more than 4 GiB: dtype, shape, and bytes per element. */
const LARGER_TENSORS = [
  ['F32', [2 ** 20, 1025], 4],
  ['F32', [2 ** 33], 4],
] as const;
/** Defines a test that is skipped where memory of a process cannot be measured. */
const testOnLinux = process.platform === 'linux' ? test : test.skip;
let folder = '';
/** The blanks, compressed to 780 kB. */
let blanks: Promise<Compressed>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-limits-'));
  blanks = compressedBlanks(768);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Reads a file in another process, and prints what it took. */
async function measured(reader: string, file: string, warmUp: string): Promise<Measured> {
  const { stdout, stderr } = await runInNode(program, { args: [reader, file, warmUp], timeout: 600_000 });
  if (stdout === '') throw new Error(stderr);
  const result: Measured = JSON.parse(stdout);
  const [milliseconds, bytes] = [result.milliseconds.toFixed(0), (result.bytes / 2 ** 20).toFixed(0)];
  console.info(`${reader}(${file.slice(folder.length + 1)}): ${milliseconds} ms, ${bytes} MiB, ${result.message}`);
  return result;
}

/** Saves a small model, which a process loads first, so that lazy modules do not count. */
async function small(): Promise<string> {
  const path = join(folder, 'small.keras');
  await saveModel(sequential([layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'zeros' })]), path);
  return path;
}

describe('files that would take much memory or time', () => {
  testOnLinux.each([
    ['loadModel', archiveNames.config, 'tooLarge'],
    ['loadModel', archiveNames.weights, 'corrupt'],
    ...(isNightly ? MORE_READERS : []),
  ])(
    '%s rejects 768 MiB of blanks in %s within 256 MiB',
    async (reader, name, code) => {
      const file = join(folder, `blanks-${name}.keras`);
      const texts: Record<string, string> = { [archiveNames.metadata]: '{}', [archiveNames.config]: CONFIG };
      delete texts[name];
      writeFileSync(file, blankArchive(texts, name, await blanks));
      const result = await measured(reader, file, await small());
      expect(result).toMatchObject({ code });
      expect(result.bytes).toBeLessThan(2 ** 28);
      // Decompressing the blanks takes ten seconds.
      expect(result.milliseconds).toBeLessThan(4000);
    },
    120_000,
  );

  testOnLinux.each([['F16', [2 ** 20, 1025], 2], ...(isNightly ? LARGER_TENSORS : [])])(
    'readSafetensors rejects %s %j, more than 4 GiB, without reading it',
    async (dtype, shape, width) => {
      const file = join(folder, 'large.safetensors');
      const bytes = shape.reduce((product, length) => product * length, width);
      const header = Buffer.from(JSON.stringify({ large: { dtype, shape, data_offsets: [0, bytes] } }));
      const start = Buffer.alloc(8);
      start.writeBigUInt64LE(BigInt(header.length));
      writeFileSync(file, Buffer.concat([start, header]));
      truncateSync(file, 8 + header.length + bytes);
      for (const reader of isNightly ? ['readTensor', 'readSafetensors', 'loadWeights'] : ['readSafetensors']) {
        const result = await measured(reader, file, await small());
        expect(result).toMatchObject({ code: 'tooLarge', message: expect.stringContaining("Tensor 'large'") });
        expect(result.bytes).toBeLessThan(2 ** 26);
      }
    },
    120_000,
  );

  testOnLinux(
    `loads a model of ${MOST_LAYERS} layers in linear time`,
    async () => {
      const times: number[] = [];
      for (const count of [MOST_LAYERS / 4, MOST_LAYERS]) {
        const file = join(folder, `layers-${count}.keras`);
        writeFileSync(file, await manyLayers(count));
        const result = await measured('loadModel', file, await small());
        expect(result.code).toBeNull();
        times.push(result.milliseconds);
      }
      // With quadratic time, the second model would take 16 times as long.
      expect(times[1]).toBeLessThan(10 * times[0]);
    },
    300_000,
  );

  testOnLinux(
    'loads a large model within 1.2 times its size in memory',
    async () => {
      const units = 8000;
      const count = isNightly ? 9 : 1;
      const file = join(folder, 'large.keras');
      const model = sequential(Array.from({ length: count }, () => layers.dense({ units, kernelInitializer: 'ones' })));
      model.build([null, units]);
      await saveModel(model, file);
      const { size } = await stat(file);
      const result = await measured('loadModel', file, await small());
      console.info(`${(result.bytes / size).toFixed(3)} times the size of ${(size / 1e6).toFixed(0)} MB`);
      expect(result.code).toBeNull();
      expect(result.bytes).toBeLessThan(1.2 * size);
    },
    isNightly ? 900_000 : 120_000,
  );
});

const CONFIG = JSON.stringify({
  module: 'keras',
  class_name: 'Sequential',
  config: {
    name: 'model',
    layers: [
      {
        module: 'keras.layers',
        class_name: 'InputLayer',
        config: { batch_shape: [null, 2], dtype: 'float32', name: 'x' },
      },
      { module: 'keras.layers', class_name: 'Dense', config: { name: 'dense', units: 3 } },
    ],
  },
  registered_name: 'Functional',
  build_config: { input_shape: [null, 2] },
});

/** Returns a functional model, a chain of layers without weights. */
async function manyLayers(count: number): Promise<Uint8Array> {
  const chain = Array.from({ length: count }, (_, i) => {
    const from = {
      class_name: '__keras_tensor__',
      config: { shape: [null, 2], dtype: 'float32', keras_history: [i === 0 ? 'x' : `a${i - 1}`, 0, 0] },
    };
    return {
      module: 'keras.layers',
      class_name: 'ReLU',
      config: { name: `a${i}` },
      name: `a${i}`,
      inbound_nodes: [{ args: [from], kwargs: {} }],
    };
  });
  const input = {
    module: 'keras.layers',
    class_name: 'InputLayer',
    config: { batch_shape: [null, 2], dtype: 'float32', name: 'x' },
    name: 'x',
    inbound_nodes: [],
  };
  const config = {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: {
      name: 'model',
      layers: [input, ...chain],
      input_layers: [['x', 0, 0]],
      output_layers: [[`a${count - 1}`, 0, 0]],
    },
    registered_name: 'Functional',
  };
  return zipped([
    { name: archiveNames.metadata, data: new TextEncoder().encode('{"keras_version": "3.15.1"}') },
    { name: archiveNames.config, data: new TextEncoder().encode(JSON.stringify(config)) },
    { name: archiveNames.weights, data: joinedBytes(writeHdf5(newGroup())) },
  ]);
}
