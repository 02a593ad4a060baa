import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { openZip } from '@manabi/files/internal';
import { clearSession, type Model } from '@manabi/layers';
import { accessBytes } from '../../stores/index.ts';
import { readJson } from '../archive.ts';
import { loadModel, saveModelBytes } from '../index.ts';

// Models that hash strings and integers, saved by Keras, with its outputs; written by tooling/goldens/text/hash_layers.py.

const folder = new URL('../goldens/text/', import.meta.url);
const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(new URL(file, folder)));
const outputs: Readonly<Record<string, never[]>> = JSON.parse(
  readFileSync(new URL('hash-outputs.json', folder), 'utf8'),
);
const integers = (name: string) => tensor(outputs[name], { dtype: 'int32' });

const inputsOf: Readonly<Record<string, () => unknown>> = {
  'hash-table': () => [outputs.cities, outputs.colors, integers('hours')],
  'hash-strings': () => outputs.texts,
  'hash-integers': () => integers('numbers'),
  'hash-spread': () => outputs.strings,
};

beforeEach(clearSession);

async function expectOutputs(model: Model, name: string): Promise<void> {
  const expected: readonly number[] = (outputs[name] as readonly number[][]).flat();
  const found = await (await model.predict(inputsOf[name]() as never)).data();
  expect(found.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(found[i] - value)).toBeLessThan(1e-5);
  });
}

describe('models of Keras that hash', () => {
  test.each(Object.keys(inputsOf))(
    '%s computes the outputs of Keras, even after it is saved and loaded again',
    async (name) => {
      const loaded = await loadModel(bytesOf(`${name}.keras`));
      await expectOutputs(loaded, name);
      const again = await loadModel(await saveModelBytes(loaded));
      await expectOutputs(again, name);
      expect(again.getConfig()).toEqual(loaded.getConfig());
    },
  );

  test('inputs of strings are saved as such, and integers as integers', async () => {
    const loaded = await loadModel(bytesOf('hash-table.keras'));
    const zip = await openZip(accessBytes(await saveModelBytes(loaded), 'model.keras'));
    const config = JSON.stringify(await readJson(zip, 'config.json'));
    expect(config.match(/"batch_shape":\[null,\d\],"dtype":"\w+"/g)).toEqual([
      '"batch_shape":[null,1],"dtype":"string"',
      '"batch_shape":[null,2],"dtype":"string"',
      '"batch_shape":[null,1],"dtype":"int64"',
    ]);
  });
});
