import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { type HostArray, hostArray, tensor } from '@manabi/core';
import { layers, sequential } from '@manabi/layers';
import * as serialization from './index.ts';
import { recognizeFile } from './recognize/entry.ts';

// TypeScript rejects all calls in this file. In plain JavaScript they must be rejected too, instead of overwriting a good
// file with an unreadable one.

const { memoryStore } = serialization;
const array = hostArray('float32', [2], Float32Array.of(1, 2));
const model = () => sequential([layers.dense({ units: 1, inputShape: [2] })]);

async function errorOf(call: unknown, args: readonly unknown[]): Promise<unknown> {
  if (typeof call !== 'function') throw new TypeError('The function to call is missing.');
  try {
    await Reflect.apply(call, null, args);
  } catch (error) {
    return error;
  }
  return null;
}

describe('calls from plain JavaScript', () => {
  const store = memoryStore('a.keras');
  test.each<[string, string, unknown, readonly unknown[]]>([
    [
      'writeSafetensors',
      'metadata.epoch',
      serialization.writeSafetensors,
      [store, { array }, { metadata: { epoch: 3 } }],
    ],
    ['writeSafetensors', 'float32As', serialization.writeSafetensors, [store, { array }, { float32As: 'F64' }]],
    ['encodeSafetensors', 'tensors', serialization.encodeSafetensors, [[array]]],
    ['encodeSafetensors', 'metadata', serialization.encodeSafetensors, [{ array }, { metadata: 'pt' }]],
    ['openSafetensors', 'maxBytse', serialization.openSafetensors, [store, { maxBytse: 3 }]],
    ['readSafetensors', 'signal', serialization.readSafetensors, [store, { signal: {} }]],
    ['readNpy', 'maxBytes', serialization.readNpy, [store, { maxBytes: 'a' }]],
    ['writeNpy', 'sginal', serialization.writeNpy, [store, array, { sginal: 1 }]],
    ['encodeNpy', 'array', serialization.encodeNpy, [null]],
    ['openNpz', 'maxEntries', serialization.openNpz, [store, { maxEntries: 0.5 }]],
    ['readNpz', 'maxInflatedBytes', serialization.readNpz, [store, { maxInflatedBytes: -1 }]],
    ['writeNpz', 'compressed', serialization.writeNpz, [store, { array }, { compressed: 'yes' }]],
    ['encodeNpz', 'arrays', serialization.encodeNpz, [new Map([['array', array]])]],
    ['loadModel', 'compile', serialization.loadModel, [store, { compile: 'no' }]],
    ['saveModel', 'model', serialization.saveModel, [{}, store]],
    ['saveModel', 'includeOptimiser', serialization.saveModel, [model(), store, { includeOptimiser: true }]],
    ['saveModelBytes', 'includeOptimizer', serialization.saveModelBytes, [model(), { includeOptimizer: 1 }]],
    ['inspectModelFile', 'retries', serialization.inspectModelFile, [store, { retries: 'a' }]],
    ['recognizeFile', 'timeout', recognizeFile, [store, { timeout: Number.NaN }]],
    ['loadWeights', 'nameOf', serialization.loadWeights, [model(), store, { nameOf: 'a' }]],
    ['saveWeights', 'format', serialization.saveWeights, [model(), store, { format: 'h5' }]],
    ['saveCheckpoint', 'model', serialization.saveCheckpoint, [null, store]],
    ['restoreCheckpoint', 'weightsOnly', serialization.restoreCheckpoint, [model(), store, { weightsOnly: 1 }]],
    ['backupAndRestore', 'saveFreq', serialization.backupAndRestore, [{ backupDir: 'a', saveFreq: 0 }]],
    ['backupAndRestore', 'backupDir', serialization.backupAndRestore, [{}]],
    ['modelCheckpoint', 'mode', serialization.modelCheckpoint, [{ filepath: 'a.keras', mode: 'mni' }]],
    [
      'modelCheckpoint',
      'initialValueThreshold',
      serialization.modelCheckpoint,
      [{ filepath: 'a.keras', initialValueThreshold: Number.NaN }],
    ],
    ['opfs', 'path', serialization.opfs, [3]],
    ['indexedDb', 'key', serialization.indexedDb, ['app', Symbol('key')]],
    ['memoryStore', 'name', serialization.memoryStore, [3]],
    ['download', 'name', serialization.download, ['']],
  ])('%s rejects an invalid or unknown argument or option: %s', async (op, name, call, args) => {
    expect(await errorOf(call, args)).toMatchObject({ code: 'argument', op, data: { name } });
  });

  test('a call that is rejected for an invalid option leaves the existing file unchanged', async () => {
    const existing = memoryStore('a.safetensors');
    await serialization.writeSafetensors(existing, { array });
    expect(await errorOf(serialization.writeSafetensors, [existing, { array }, { float32As: 'f8' }])).not.toBeNull();
    expect((await serialization.readSafetensors(existing)).tensors).toEqual({ array });
  });

  test('options whose value is a name ignore case', async () => {
    const given = [{ array }, { float32As: 'f16' }];
    const bytes: unknown = await Reflect.apply(serialization.encodeSafetensors, null, given);
    if (!(bytes instanceof Uint8Array)) throw new TypeError('encodeSafetensors() returned no bytes.');
    const file = await serialization.openSafetensors(bytes);
    expect(file.tensors.get('array')?.dtype).toBe('F16');
  });
});

describe('arrays whose shape and data disagree', () => {
  test.each<[string, HostArray]>([
    ['too few elements', { dtype: 'float32', shape: [5, 3], data: new Float32Array(3) }],
    ['negative lengths', { dtype: 'float32', shape: [-1, -3], data: new Float32Array(3) }],
    ['fractional lengths', { dtype: 'float32', shape: [0.25, 4], data: new Float32Array(1) }],
  ])('are rejected by all functions that write files: %s', async (_, wrong) => {
    for (const encode of [serialization.encodeNpz, serialization.encodeSafetensors]) {
      await expect(encode({ wrong })).rejects.toMatchObject({ code: 'shape' });
    }
    await expect(serialization.encodeNpy(wrong)).rejects.toMatchObject({ code: 'shape' });
  });
});

describe('bool elements other than 0 and 1', () => {
  const bools = hostArray('bool', [4], Uint8Array.of(0, 1, 2, 255));
  const truth = { ...bools, data: Uint8Array.of(0, 1, 1, 1) };

  test('of host arrays are written as 1', async () => {
    expect(await serialization.readNpy(await serialization.encodeNpy(bools))).toEqual(truth);
    expect(await serialization.readNpz(await serialization.encodeNpz({ bools }))).toEqual({ bools: truth });
    const { tensors } = await serialization.readSafetensors(await serialization.encodeSafetensors({ bools }));
    expect(tensors).toEqual({ bools: truth });
    expect(bools.data).toEqual(Uint8Array.of(0, 1, 2, 255));
  });

  test('of tensors are written as 1', async () => {
    const t = tensor(Uint8Array.of(0, 1, 2, 255), { dtype: 'bool' });
    expect(await serialization.readNpy(await serialization.encodeNpy(t))).toEqual(truth);
  });
});
