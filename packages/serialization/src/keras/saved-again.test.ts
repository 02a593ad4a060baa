import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { openZip } from '@manabi/files/internal';
import { clearSession, cloneModel, input, type Layer, layers, Model, model, register } from '@manabi/layers';
import { accessBytes } from '../stores/index.ts';
import { readJson } from './archive.ts';
import { registerAll, Scale } from './custom-classes.fixture.ts';
import { golden, withConfig } from './golden-files.fixture.ts';
import { loadModel, saveModelBytes } from './index.ts';
import { isList, isObject, type Json } from './json.ts';

beforeEach(clearSession);

async function configOf(file: Uint8Array<ArrayBuffer>): Promise<Json> {
  return readJson(await openZip(accessBytes(file, 'model.keras')), 'config.json');
}

/**
 * Extracts those parts of a config that do not affect the computation, but must not change when a loaded model is
 * saved: dtypes, names of Python classes, and structures of inputs.
 */
function detailsOf(config: Json): unknown[] {
  if (isList(config)) return config.flatMap(detailsOf);
  if (!isObject(config)) return [];
  const { class_name: className, module, registered_name: registered, config: own } = config;
  const inner = isObject(own) ? own : {};
  const policy = isObject(inner.dtype) && isObject(inner.dtype.config) ? inner.dtype.config.name : inner.dtype;
  const name = inner.name ?? config.name;
  const isCustom = typeof registered === 'string' && registered.includes('>');
  return [
    ...(typeof inner.name === 'string' && policy !== undefined ? [{ name, dtype: policy }] : []),
    ...(isCustom ? [{ className, module, registered }] : []),
    ...(className === 'function' ? [{ function: own }] : []),
    ...('output_layers' in config ? [{ inputs: config.input_layers, outputs: config.output_layers }] : []),
    ...Object.values(config).flatMap(detailsOf),
  ];
}

async function resaved(file: Uint8Array<ArrayBuffer>, change: (model: Model) => Layer = (m) => m): Promise<Json> {
  return configOf(await saveModelBytes(asModel(change(await loadModel(file)))));
}

function asModel(layer: Layer): Model {
  if (layer instanceof Model) return layer;
  throw new Error(`${layer.className} is not a model.`);
}

function isInShop(item: unknown): boolean {
  return JSON.stringify(item).includes('shop>');
}

function isLoss(item: unknown): boolean {
  return JSON.stringify(item).includes('>Power');
}

describe('saveModel after loadModel', () => {
  test.each(['kept-policies', 'kept-sequential-policies', 'kept-records', 'kept-list-of-one', 'by-name'])(
    'preserves the dtypes, Python class names and input structures of %s',
    async (name) => {
      const file = golden(`${name}.keras`);
      const before = detailsOf(await configOf(file));
      expect(before.length).toBeGreaterThan(0);
      expect(detailsOf(await resaved(file))).toEqual(before);
    },
  );

  test('preserves the packages of classes and functions that are registered with or without a package', async () => {
    const file = golden('kept-packages.keras');
    const before = detailsOf(await configOf(file));
    expect(before).toEqual(
      expect.arrayContaining([
        { className: 'Scale', module: 'kept', registered: 'shop>Scale' },
        { className: 'Power', module: 'kept', registered: 'shop>Power' },
        { function: 'shop>tripled' },
      ]),
    );
    for (const name of [(bare: string) => bare, (bare: string) => `shop>${bare}`]) {
      registerAll(name);
      expect(detailsOf(await resaved(file)).filter(isInShop)).toEqual(before.filter(isInShop));
    }
  });

  test('preserves dtypes, Python class names and input structures in a cloned model', async () => {
    registerAll((bare) => bare);
    for (const name of ['kept-policies', 'kept-records', 'kept-packages']) {
      const file = golden(`${name}.keras`);
      const before = detailsOf(await configOf(file)).filter((item) => !isLoss(item));
      const copy = asModel(cloneModel(await loadModel(file)));
      expect(detailsOf(await configOf(await saveModelBytes(copy)))).toEqual(before);
    }
  });

  test('keeps a custom class apart from a class of Keras with the same name', async () => {
    register('layer', 'Scale', Scale);
    const x = input({ shape: [2] });
    const own = model({ inputs: x, outputs: new Scale({ name: 'own' }).apply(x) });
    const bytes = await saveModelBytes(own);
    for (const [className, registered] of [
      ['Dense', 'Dense'],
      ['Dense', 'Elsewhere>Dense'],
    ]) {
      const renamed = await withConfig(bytes, (text) =>
        text.replace('"class_name":"Scale"', `"class_name":"${className}"`).replaceAll('"Scale"', `"${registered}"`),
      );
      await expect(loadModel(renamed)).rejects.toMatchObject({ code: 'unsupported', data: { className: registered } });
    }
  });
});

describe('functional models with named inputs', () => {
  test('order inputs and outputs by name, even after saveModel and loadModel', async () => {
    const [right, left] = [input({ shape: [2] }), input({ shape: [1] })];
    const sum = layers.dense({ units: 1, kernelInitializer: 'ones' }).apply(left);
    const both = model({ inputs: { right, left }, outputs: { sum, again: right } });
    expect([both.inputNames, both.outputNames]).toEqual([
      ['left', 'right'],
      ['again', 'sum'],
    ]);
    const x = { right: tensor([[1, 2]]), left: tensor([[5]]) };
    const given = [tensor([[5]]), tensor([[1, 2]])];
    for (const network of [both, await loadModel(await saveModelBytes(both))]) {
      for (const inputs of [x, given]) {
        const [again, total] = await network.predictAll(inputs);
        expect([await again.array(), await total.array()]).toEqual([[[1, 2]], [[5]]]);
      }
    }
  });

  test('are rejected if they are replaced by a layer, which cannot be called with named tensors', async () => {
    register('layer', 'Scale', Scale);
    const file = await withConfig(golden('kept-records.keras'), (config) => {
      const whole = JSON.parse(config);
      const inner = whole.config.layers.find((layer: { name: string }) => layer.name === 'inner');
      Object.assign(inner, { module: null, class_name: 'Scale', registered_name: 'Scale', config: { name: 'inner' } });
      return JSON.stringify(whole);
    });
    await expect(loadModel(file)).rejects.toMatchObject({
      code: 'unsupported',
      data: { layer: 'inner', className: 'Scale' },
    });
  });
});
