import '@manabi/backend-cpu/register';
import { beforeEach, expect, test } from '@jest/globals';
import type { HostArray } from '@manabi/core';
import { FileError } from '@manabi/files';
import { clearSession, type Model } from '@manabi/layers';
import { describeWithShared, filesInTar } from '@manabi/testing';
import { type Hdf5Group, openHdf5 } from '../../hdf5/open.ts';
import { accessBytes } from '../../stores/index.ts';
import { loadWeights } from '../../weights/index.ts';
import { ConfigPart } from '../config/config-part.ts';
import type { Origin } from '../config/origin.ts';
import { loadModel } from '../index.ts';
import { modelFrom } from '../model-from.ts';
import { olderOptions } from './older-options.ts';

/** Whether to load all files, not every fourth (`npm run nightly -- keras-files`). */
const isNightly = process.env.MANABI_KERAS_FILES !== undefined;

beforeEach(clearSession);

// About 500 files of Keras 1.1 to 2.11: https://github.com/deeplearning4j/dl4j-test-resources.
describeWithShared('loadModel: third-party models of Keras 1 and 2', 'data/formats/keras-h5-models.tar.gz', (path) => {
  const files = filesInTar(path);
  const all = [...files.keys()].filter((name) => /\.(h5|hdf5)$/.test(name)).sort();
  const names = isNightly ? all : all.filter((_, i) => i % 4 === 0);
  const bytesOf = (name: string): Uint8Array<ArrayBuffer> => files.get(name) ?? new Uint8Array(0);

  test('loads all models except those with Python code', async () => {
    const counts = { loaded: 0, weightsAlone: 0 };
    const refused: string[] = [];
    for (const name of names) {
      clearSession();
      try {
        await loadModel(bytesOf(name));
        counts.loaded++;
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        if (error.data.kind === 'h5Weights') counts.weightsAlone++;
        else refused.push(String(error.data.className ?? error.data.op ?? error.message));
      }
    }
    console.info(`Loaded ${counts.loaded} of ${names.length - counts.weightsAlone} models of Keras 1 and 2.`);
    // The rejected models contain Python code, or a cropping layer that removes all elements.
    const rejected = ['Cropping3D', ...Array.from({ length: 5 }, () => 'Lambda')];
    expect(refused.sort()).toEqual(isNightly ? rejected : ['Lambda']);
    expect(counts).toEqual(isNightly ? { loaded: 404, weightsAlone: 91 } : { loaded: 103, weightsAlone: 22 });
  }, 300_000);

  const suffix = /_inputs_and_outputs(.*)\.h5$/;
  const cases = all.filter((name) => suffix.test(name));

  test('returns models that predict the outputs which Keras stored in the files', async () => {
    const results = { equal: 0, noModel: 0 };
    const different: string[] = [];
    for (const name of cases) {
      clearSession();
      const model = await modelFor(name.replace(suffix, ''), files);
      if (model === null) {
        results.noModel++;
        continue;
      }
      const root = await openHdf5(accessBytes(bytesOf(name), name));
      const inputs = await arraysOf(root, 'inputs');
      const outputs = await arraysOf(root, 'predictions');
      const actual = await model.predictAll(inputs.length === 1 ? inputs[0] : inputs);
      const differences = await Promise.all(
        actual.map(async (tensor, i) => largest(await tensor.data(), outputs[i].data)),
      );
      if (Math.max(...differences) <= 1e-5) results.equal++;
      else different.push(`${name}: ${differences}`);
    }
    console.info(
      `Equal predictions for ${results.equal} of ${cases.length - results.noModel} models with stored outputs.`,
    );
    expect(different).toEqual([]);
    expect(results).toEqual({ equal: 34, noModel: 7 });
  }, 300_000);
});

/** Loads the model of a case, from a whole-model file, or from weights with a separate config. */
async function modelFor(base: string, files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Promise<Model | null> {
  const whole = files.get(`${base}_model.h5`);
  if (whole !== undefined) return loadModel(whole);
  const [config, weights] = [files.get(`${base}_config.json`), files.get(`${base}_weights.h5`)];
  if (config === undefined || weights === undefined) return null;
  const generation = base.includes('keras_1') ? 1 : 2;
  const origin: Origin = {
    source: base,
    generation,
    isFromManabi: false,
    removesMasks: false,
    shared: new Map(),
    olderOptions,
    operators: null,
  };
  const model = await modelFrom(new ConfigPart(origin, JSON.parse(new TextDecoder().decode(config))));
  await loadWeights(model, weights);
  return model;
}

async function arraysOf(root: Hdf5Group, name: string): Promise<readonly HostArray[]> {
  const group = await root.get(name);
  const arrays: HostArray[] = [];
  if (group?.kind !== 'group') return arrays;
  for (const each of group.names) {
    const node = await group.get(each);
    if (node?.kind === 'dataset') arrays.push(await node.read());
  }
  return arrays;
}

function largest(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Array.from(actual).reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
}
