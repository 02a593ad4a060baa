import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { beforeEach, expect, test } from '@jest/globals';
import { add, type HostArray, index, mean, mul, tensor } from '@manabi/core';
import { clearSession, type Functional, input, model } from '@manabi/layers';
import { operatorNames, symbolic } from '@manabi/layers/operations';
import { golden, withConfig } from '../golden-files.fixture.ts';
import { loadModel, modelFromJson, modelToJson, saveModelBytes } from '../index.ts';
import { type GoldenArray, toHost } from '../layer-goldens.fixture.ts';

beforeEach(clearSession);

interface OperatorGoldens {
  readonly inputs: readonly GoldenArray[];
  readonly outputs: readonly (GoldenArray & { readonly name: string })[];
}

function goldensOf(family: string): OperatorGoldens {
  return JSON.parse(readFileSync(new URL(`../goldens/operators-${family}.jsonl`, import.meta.url), 'utf8'));
}

/** Returns the inputs of a golden; manabi widens int64. */
function inputsOf({ inputs }: OperatorGoldens): readonly HostArray[] {
  return inputs.map((array) => toHost(array.dtype === 'float32' ? array : { ...array, dtype: 'int32' }));
}

test.each([
  ['keras-3', 'keras'],
  ['keras-2', 'keras'],
  ['tensorflow-2.3', 'h5'],
])('loads every operator that %s saves, computes the same, and saves it again', async (family, format) => {
  const goldens = goldensOf(family);
  const model = await loadModel(golden(`operators-${family}.${format}`));
  const again = await loadModel(await saveModelBytes(model));
  expect(again.getConfig()).toEqual(model.getConfig());
  for (const each of [model, again]) {
    const results = await each.predictAll(inputsOf(goldens));
    expect(results).toHaveLength(goldens.outputs.length);
    for (const [i, { name, shape, data }] of goldens.outputs.entries()) {
      expect([name, results[i].shape]).toEqual([name, shape]);
      const got = await results[i].data();
      const worst = data.map((value, k) => Math.abs(Number(got[k]) - value) / Math.max(1, Math.abs(value)));
      expect([name, Math.max(...worst) < 1e-5]).toEqual([name, true]);
    }
  }
});

test('writes operators as Keras does', async () => {
  const bytes = golden('operators-keras-3.keras');
  const [before, after] = await Promise.all(
    [bytes, await saveModelBytes(await loadModel(bytes))].map(async (each) => {
      let config = {};
      await withConfig(each, (text) => {
        config = JSON.parse(text);
        return text;
      });
      return operatorsIn(config);
    }),
  );
  expect(Object.keys(before).length).toBeGreaterThan(150);
  expect(after).toEqual(before);
});

/** Returns the operators of a config by name, with their calls. */
function operatorsIn(config: object): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('module' in value && /\.ops\./.test(String(value.module)) && 'name' in value) found[String(value.name)] = value;
    for (const item of Object.values(value)) visit(item);
  };
  visit(config);
  return found;
}

test('an operator is a layer of class Operation, and a copy of the model computes the same', async () => {
  const model = await loadModel(golden('operators-keras-3.keras'));
  // The file contains a functional model.
  const classes = new Set((model as Functional).layers.map(({ className }) => className));
  expect([...classes].sort()).toEqual(['Dense', 'Embedding', 'InputLayer', 'Operation']);
});

test('rejects an unknown operator with its name, position and the nearest names', async () => {
  const bytes = await withConfig(golden('operators-keras-3.keras'), (text) =>
    text.replaceAll('"class_name": "Mean"', '"class_name": "Meen"'),
  );
  await expect(loadModel(bytes)).rejects.toMatchObject({
    code: 'unsupported',
    data: {
      className: 'Meen',
      nearest: expect.arrayContaining(['Mean']),
      path: expect.stringMatching(/^config\.layers\[/),
    },
  });
});

test.each([
  ['an unknown function', '"function": "math.reduce_mean"', '"function": "math.reduce_meen"', 'math.reduce_meen'],
  ['a form without an equivalent', '"transpose_b": true', '"adjoint_b": true', 'linalg.matmul'],
])('rejects %s of TensorFlow with its name', async (_, from, to, name) => {
  const bytes = await withConfig(golden('operators-keras-2.keras'), (text) => text.replaceAll(from, to));
  await expect(loadModel(bytes)).rejects.toMatchObject({
    code: 'unsupported',
    data: { className: 'TFOpLambda', function: name },
  });
});

test('the table of operators contains the families that models use most', () => {
  expect(operatorNames()).toEqual(expect.arrayContaining(['Add', 'Mean', 'GetItem', 'Matmul', 'Softmax', 'Where']));
});

test('saveModel refuses to write operators in the format of Keras 2, which has none', async () => {
  const x = input({ shape: [2] });
  const doubled = model({ inputs: x, outputs: symbolic(mul)(x, 2) });
  await expect(saveModelBytes(doubled, { format: 'h5' })).rejects.toMatchObject({
    code: 'argument',
    data: { layer: 'multiply', className: 'Multiply' },
  });
});

test('layers that symbolic() adds are saved as operators of keras.ops', async () => {
  const x = input({ shape: [3] });
  const outputs = symbolic(index)(symbolic(add)([1, 2, 3], symbolic(mean)(x, -1, { keepdims: true })), [], [1, null]);
  const again = await loadModel(await saveModelBytes(model({ inputs: x, outputs })));
  // The saved model is a functional model.
  expect((again as Functional).layers.map(({ name }) => name).slice(1)).toEqual(['mean', 'add', 'get_item']);
  expect(await again.apply(tensor([[3, 3, 6]])).array()).toEqual([[6, 7]]);
});

test('modelFromJson reads operators', async () => {
  const x = input({ shape: [2] });
  const json = await modelToJson(model({ inputs: x, outputs: symbolic(mul)(x, 2) }));
  expect(await (await modelFromJson(json)).apply(tensor([[1, 3]])).array()).toEqual([[2, 6]]);
});
