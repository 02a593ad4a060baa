import '@manabi/backend-cpu/register';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileProgram } from '@manabi/backend-cpu';
import { hostArray } from '@manabi/core';
import { joinedBytes, zipPieces } from '@manabi/files/internal';
import { layers, sequential } from '@manabi/layers';
import { describeWithShared } from '@manabi/testing';
import { saveCheckpoint } from '../checkpoint/index.ts';
import { hdf5Bytes } from '../hdf5/hdf5.fixture.ts';
import { newGroup } from '../hdf5/tree.ts';
import { loadModel, saveModelBytes } from '../keras/index.ts';
import { encodeNpy, encodeNpz } from '../numpy/index.ts';
import { encodeSafetensors } from '../safetensors/index.ts';
import { memoryStore } from '../stores/index.ts';
import { loadWeights } from '../weights/index.ts';
import { type FileKind, fileKinds, recognizeFile } from './entry.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-kinds-'));
});
afterAll(() => rm(folder, { recursive: true }));

const x = hostArray('float32', [2], Float32Array.of(1, 2));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const network = () => sequential([layers.dense({ units: 1, inputShape: [2] })]);

async function zipped(...names: string[]): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of zipPieces(names.map((name) => ({ name, data: text('x') })))) pieces.push(piece);
  return joinedBytes(pieces);
}

function h5WithModel(): Uint8Array {
  const root = newGroup();
  root.attributes.set('model_config', '{}');
  return hdf5Bytes(root);
}

async function checkpoint(): Promise<Uint8Array> {
  const model = network();
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  const store = memoryStore('a.checkpoint');
  await saveCheckpoint(model, store);
  return store.read();
}

/** A small ONNX model: version 8, a producer, an empty graph, an opset. */
const onnx = Uint8Array.of(0x08, 8, 0x12, 1, 0x61, 0x3a, 0, 0x42, 2, 0x10, 21);
const lfs = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';
const tar = new Uint8Array(1024);
tar.set(text('a.txt'));
tar.set(text('ustar'), 257);

/** A file of each format that is recognized by its content, except formats that `loadModel` reads. */
const contents: readonly (readonly [kind: FileKind, content: () => Uint8Array | Promise<Uint8Array>])[] = [
  ['checkpoint', checkpoint],
  ['empty', () => new Uint8Array(0)],
  ['gguf', () => text('GGUF\u0003\0\0\0')],
  ['gitLfs', () => text(lfs)],
  ['gzip', () => gzipSync('x')],
  ['h5Weights', () => hdf5Bytes(newGroup())],
  ['html', () => text('\n<!DOCTYPE html><title>404</title>')],
  ['html', () => text('<html lang="en">')],
  ['image', () => Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
  ['image', () => Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)],
  ['json', () => text('{"a": 1}')],
  ['kerasConfig', () => text('{"class_name": "Sequential", "config": {"layers": []}}')],
  ['npy', () => encodeNpy(x)],
  ['npz', () => encodeNpz({ x })],
  ['onnx', () => onnx],
  ['pickle', () => Uint8Array.of(0x80, 4, 0x4e, 0x2e)],
  ['program', () => compileProgram(network())],
  ['safetensors', () => encodeSafetensors({ x })],
  ['savedModel', () => Uint8Array.of(8, 1, 0x12, 4, 0x0a, 2, 0x12, 0)],
  ['savedModel', () => zipped('m/saved_model.pb', 'm/variables/variables.index')],
  ['tar', () => tar],
  ['tensorFlowGraph', () => Uint8Array.of(0x0a, 4, 0x0a, 1, 0x61, 0x00, 0x22, 0)],
  [
    'tensorFlowJs',
    () => text('{"format":"layers-model","modelTopology":{"class_name":"Sequential"},"weightsManifest":[]}'),
  ],
  ['tensorFlowLite', () => Uint8Array.of(0x20, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33)],
  ['text', () => text('# digits\n')],
  ['torch', () => zipped('archive/data.pkl', 'archive/data/0', 'archive/version')],
  ['torch', () => Uint8Array.of(0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e)],
  ['unknown', () => Uint8Array.of(1, 2, 3, 250, 251, 0)],
  ['zip', () => zipped('a.txt')],
];

describe.each(contents)('recognizeFile and loadModel: a file of format %s', (kind, content) => {
  test('is recognized by its content, and rejected with advice', async () => {
    const bytes = await content();
    expect(await recognizeFile(bytes)).toBe(kind);
    const { advice } = fileKinds[kind];
    await expect(loadModel(bytes)).rejects.toMatchObject({
      name: 'FileError',
      data: { kind },
      message: expect.stringContaining(advice),
    });
  });
});

describe('recognizeFile and loadWeights: models', () => {
  test('of Keras are recognized by their content', async () => {
    const model = network();
    expect(await recognizeFile(await saveModelBytes(model))).toBe('keras');
    expect(await recognizeFile(h5WithModel())).toBe('h5');
  });

  test('of other frameworks are rejected by loadWeights', async () => {
    const model = network();
    await expect(loadWeights(model, onnx)).rejects.toMatchObject({ code: 'unsupported', data: { kind: 'onnx' } });
    await expect(loadWeights(model, text(lfs))).rejects.toMatchObject({ data: { kind: 'gitLfs' } });
  });
});

describe('recognizeFile: folders', () => {
  test.each([
    ['savedModel', ['saved_model.pb', 'variables/variables.index']],
    ['kerasFolder', ['config.json', 'metadata.json', 'model.weights.h5']],
    ['tensorFlowJs', ['model.json', 'group1-shard1of1.bin']],
    ['torch', ['data.pkl', 'version']],
    ['huggingFace', ['config.json', 'model.safetensors']],
    ['checkpoint', ['latest.checkpoint']],
    ['tensorFlowCheckpoint', ['checkpoint', 'm.index', 'm.data-00000-of-00001']],
    ['folder', ['README.md']],
  ] as const)('recognizes a folder of format %s by its file names', async (kind, names) => {
    const path = join(folder, kind);
    for (const name of names) {
      await mkdir(join(path, name, '..'), { recursive: true });
      await writeFile(join(path, name), 'x');
    }
    expect(await recognizeFile(path)).toBe(kind);
    // A SavedModel is read, and this one is damaged.
    const expected =
      kind === 'savedModel' || kind === 'kerasFolder'
        ? { code: 'corrupt' }
        : { code: 'unsupported', data: { source: path, kind } };
    await expect(loadModel(path)).rejects.toMatchObject(expected);
  });

  test('rejects a missing path with code notFound', async () => {
    await expect(recognizeFile(join(folder, 'missing'))).rejects.toMatchObject({ code: 'notFound' });
  });
});

describeWithShared('recognizeFile: files of other projects', 'data/formats', (shared) => {
  const kinds: readonly (readonly [end: RegExp, kind: FileKind])[] = [
    [/onnx\/.*\.onnx$/, 'onnx'],
    [/savedmodel\/.*\/saved_model\.pb$/, 'savedModel'],
    [/savedmodel\/.*\/frozen\.pb$/, 'tensorFlowGraph'],
    [/savedmodel\/.*\.tflite$/, 'tensorFlowLite'],
    [/savedmodel\/.*\.index$/, 'tensorFlowCheckpoint'],
    [/tfjs\/.*\/model(_new|_structured_outputs)?\.json$/, 'tensorFlowJs'],
    [/safetensors\/.*\.safetensors$/, 'safetensors'],
    [/keras\/.*\.keras$/, 'keras'],
    [/keras(-h5)?\/.*\.h5$/, 'h5'],
    [/\.tar\.gz$/, 'gzip'],
  ];

  test('recognizes each file by its content', async () => {
    const paths = (await readdir(shared, { recursive: true })).sort();
    const wrong: string[] = [];
    let count = 0;
    for (const path of paths) {
      const kind = kinds.find(([end]) => end.test(path))?.[1];
      if (kind === undefined) continue;
      count++;
      const found = await recognizeFile(join(shared, path));
      if (found !== kind) wrong.push(`${path} is ${found}`);
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(30);
  });
});
