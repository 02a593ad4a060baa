import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { clearSession, input, layers, type Model, model, sequential } from '@manabi/layers';
import { loadModel, saveModelBytes } from '../index.ts';

// Models of Keras 2 with layers that encode strings, and their outputs; written by tooling/goldens/text/keras_2_files.py.

const folder = new URL('../goldens/text/', import.meta.url);
const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(new URL(file, folder)));
const outputs: Readonly<Record<string, never[]>> = JSON.parse(
  readFileSync(new URL('keras-2-outputs.json', folder), 'utf8'),
);
const { texts, words, numbers } = outputs;

const inputsOf: Readonly<Record<string, () => unknown>> = {
  'keras-2-texts': () => texts,
  'keras-2-table': () => [texts.map((text) => [text]), words, words, tensor(numbers, { dtype: 'int32' })],
};

beforeEach(clearSession);

async function expectOutputs(network: Model, name: string): Promise<void> {
  const expected: readonly number[] = (outputs[name] as readonly number[][]).flat();
  const found = await (await network.predict(inputsOf[name]() as never)).data();
  expect(found.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(found[i] - value)).toBeLessThan(1e-5);
  });
}

describe('layers that encode strings in .h5 files', () => {
  test.each(Object.keys(inputsOf))(
    '%s computes the outputs of Keras 2, even after it is saved and loaded again',
    async (name) => {
      const loaded = await loadModel(bytesOf(`${name}.h5`));
      await expectOutputs(loaded, name);
      const again = await loadModel(await saveModelBytes(loaded, { format: 'h5' }));
      await expectOutputs(again, name);
      await expectOutputs(await loadModel(await saveModelBytes(loaded)), name);
    },
  );

  test('an adapted vocabulary is saved, too, unlike that of Keras 2', async () => {
    const vectorize = layers.textVectorization({ outputMode: 'tfIdf' });
    await vectorize.adapt(['a b', 'b c']);
    const network = sequential([vectorize, layers.dense({ units: 1 })]);
    const expected = await (await network.predict(['a c', 'b'])).data();
    const again = await loadModel(await saveModelBytes(network, { format: 'h5' }));
    expect(await (await again.predict(['a c', 'b'])).data()).toEqual(expected);
  });

  test.each([
    [
      'word segmentation',
      () => layers.textVectorization({ vocabulary: ['a'], split: 'word', locale: 'ja', outputSequenceLength: 2 }),
      { option: 'locale' },
    ],
    [
      'salts of lookups',
      () => layers.stringLookup({ vocabulary: ['a'], numOovIndices: 2, salt: 1 }),
      { option: 'salt' },
    ],
  ] as const)('rejects %s, which Keras 2 lacks', async (_title, make, data) => {
    const network = sequential([make(), layers.embedding({ inputDim: 5, outputDim: 1 })]);
    await network.predict([['a']] as never);
    await expect(saveModelBytes(network, { format: 'h5' })).rejects.toMatchObject({ code: 'argument', data });
  });

  test('rejects tf-idf weights within an inner model', async () => {
    const counts = layers.stringLookup({ vocabulary: ['a'], idfWeights: [2], outputMode: 'tfIdf' });
    const inner = sequential([counts, layers.dense({ units: 1 })]);
    await inner.predict([['a']]);
    const x = input({ shape: [2] });
    const outer = model({ inputs: x, outputs: inner.apply(x) });
    await expect(saveModelBytes(outer, { format: 'h5' })).rejects.toMatchObject({ code: 'argument' });
  });
});
