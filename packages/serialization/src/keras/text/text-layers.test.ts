import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { openZip } from '@manabi/files/internal';
import { clearSession, input, layers, type Model, model, sequential } from '@manabi/layers';
import { accessBytes } from '../../stores/index.ts';
import { readJson } from '../archive.ts';
import { loadModel, saveModelBytes } from '../index.ts';

// Models with text layers saved by Keras, with its outputs; written by tooling/goldens/text/lookup_layers.py.

const folder = new URL('../goldens/text/', import.meta.url);
const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(new URL(file, folder)));
const outputs: {
  readonly texts: string[];
  readonly colors: string[];
  readonly numbers: number[];
  readonly classifier: number[][];
  readonly table: number[][];
} = JSON.parse(readFileSync(new URL('outputs.json', folder), 'utf8'));

const { texts, numbers } = outputs;
const colors = outputs.colors.map((color) => [color]);

beforeEach(clearSession);

async function expectOutputs(actual: Promise<{ array(): Promise<unknown> }>, expected: readonly number[][]) {
  const rows = (await (await actual).array()) as number[][];
  rows.flat().forEach((value, i) => {
    expect(Math.abs(value - expected.flat()[i])).toBeLessThan(1e-5);
  });
  expect(rows.length).toBe(expected.length);
}

const tableInputs = () =>
  [
    texts,
    colors,
    tensor(
      numbers.map((number) => [number]),
      { dtype: 'int32' },
    ),
  ] as const;

async function savedConfig(saved: Model): Promise<string> {
  const zip = await openZip(accessBytes(await saveModelBytes(saved), 'model.keras'));
  return JSON.stringify(await readJson(zip, 'config.json'));
}

describe('models of Keras with text layers', () => {
  test('a sequential model takes texts, even after it is saved and loaded again', async () => {
    const loaded = await loadModel(bytesOf('classifier.keras'));
    await expectOutputs(loaded.predict(texts), outputs.classifier);
    const again = await loadModel(await saveModelBytes(loaded));
    await expectOutputs(again.predict(texts.map((text) => [text])), outputs.classifier);
    expect(again.getConfig()).toEqual(loaded.getConfig());
  });

  test('a functional model takes texts, strings and integers, even after it is saved and loaded again', async () => {
    const loaded = await loadModel(bytesOf('table.keras'));
    await expectOutputs(loaded.predict(tableInputs() as never), outputs.table);
    const again = await loadModel(await saveModelBytes(loaded));
    await expectOutputs(again.predict(tableInputs() as never), outputs.table);
    expect(again.getConfig()).toEqual(loaded.getConfig());
  });
});

describe('saved models', () => {
  test('the inputs of text layers are strings', async () => {
    const vectorize = layers.textVectorization({ vocabulary: ['a', 'hard_sigmoid'], outputSequenceLength: 4 });
    const first = sequential([vectorize, layers.embedding({ inputDim: 4, outputDim: 1 })]);
    await first.predict(['a']);
    expect(await savedConfig(first)).toContain('"batch_shape":[null],"dtype":"string"');
    const again = await loadModel(await saveModelBytes(first));
    expect(await (await again.predict(['a hard_sigmoid'])).data()).toEqual(
      await (await first.predict(['a hard_sigmoid'])).data(),
    );
  });

  test('each encoding keeps its input', async () => {
    const x = input({ shape: [3] });
    const counts = layers.stringLookup({ vocabulary: ['a', 'b'], outputMode: 'count' }).apply(x);
    const counting = model({ inputs: x, outputs: layers.dense({ units: 1 }).apply(counts) });
    expect(await savedConfig(counting)).toContain('"batch_shape":[null,null],"dtype":"string"');
    const again = await loadModel(await saveModelBytes(counting));
    const rows = [
      ['a', 'b', 'x'],
      ['a', 'a', 'a'],
    ];
    expect(await (await again.predict(rows)).data()).toEqual(await (await counting.predict(rows)).data());
  });

  test('a function is an error', async () => {
    const vectorize = layers.textVectorization({ vocabulary: ['a'], standardize: (text) => text });
    const first = sequential([vectorize, layers.embedding({ inputDim: 4, outputDim: 1 })]);
    await first.predict(['a']);
    await expect(saveModelBytes(first)).rejects.toThrow(/standardize/);
  });
});
