import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { hostArray, ManabiError } from '@manabi/core';
import { joinedBytes } from '@manabi/files/internal';
import { clearSession, input, layers, type Model, model, sequential } from '@manabi/layers';
import * as optimizers from '@manabi/optimizers';
import { type Hdf5Group, openHdf5 } from '../../hdf5/open.ts';
import { newGroup } from '../../hdf5/tree.ts';
import { writeHdf5 } from '../../hdf5/write.ts';
import { accessBytes, memoryStore } from '../../stores/index.ts';
import { inspectModelFile, loadModel, saveModel, saveModelBytes } from '../index.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { layerGoldens, modelOf, toHost } from '../layer-goldens.fixture.ts';
import { textsOf } from './h5-attributes.ts';
import { models } from './keras-2-models.fixture.ts';
import { setTexts } from './save-h5.ts';

beforeEach(clearSession);

const open = async (bytes: Uint8Array<ArrayBuffer>): Promise<Hdf5Group> => openHdf5(accessBytes(bytes, 'a.h5'));

async function outputsOf(network: Model, inputs: readonly Parameters<typeof toHost>[0][]): Promise<readonly unknown[]> {
  const arrays = inputs.map(toHost);
  const outputs = await network.predictAll(arrays.length === 1 ? arrays[0] : arrays);
  return Promise.all(outputs.map((y) => y.data()));
}

/** Returns a small trained model with the same names as in `h5-structure.json`. */
async function network(): Promise<Model> {
  const image = input({ shape: [4, 4, 1], name: 'image' });
  const convolved = layers.conv2d({ filters: 2, kernelSize: 3, activation: 'relu', name: 'conv' }).apply(image);
  const flat = layers.flatten({ name: 'flatten' }).apply(layers.batchNormalization({ name: 'norm' }).apply(convolved));
  const head = sequential(
    [layers.dense({ units: 3, inputShape: [8], name: 'hidden' }), layers.dropout({ rate: 0.5, name: 'drop' })],
    { name: 'head' },
  );
  const result = layers.dense({ units: 2, activation: 'softmax', name: 'result' }).apply(head.apply(flat));
  const whole = model({ inputs: image, outputs: result, name: 'network' });
  whole.compile({ optimizer: optimizers.adam({ learningRate: 0.25 }), loss: 'mse' });
  const ones = (shape: readonly number[]) =>
    hostArray('float32', shape, new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(1));
  await whole.fit(ones([2, 4, 4, 1]), ones([2, 2]), { verbose: 0 });
  return whole;
}

describe('saveModel: an .h5 file of Keras 2', () => {
  test.each(models)(
    'restores $title: weights, predictions and the state of the optimizer',
    async ({ make, inputs }) => {
      const network = await make();
      const loaded = await loadModel(await saveModelBytes(network, { format: 'h5' }));
      expect(await outputsOf(loaded, inputs)).toEqual(await outputsOf(network, inputs));
      expect(await loaded.getWeights()).toEqual(await network.getWeights());
      if (!network.compiled) return;
      const { className } = network.compilation.optimizer;
      expect(loaded.compilation.optimizer.className).toBe(className);
      if (className === 'Adafactor' || className === 'Nadam') return;
      const [before, after] = [network.trainer.optimizerState, loaded.trainer.optimizerState];
      expect(await after?.step.item()).toBe(2);
      for (const [slot, values] of Object.entries(before?.slots ?? {})) {
        for (const [path, value] of Object.entries(values)) {
          expect(await after?.slots[slot][path].data()).toEqual(await value.data());
        }
      }
    },
  );

  test('restores one layer of each class', async () => {
    const seen = new Set<string>();
    const wrong: string[] = [];
    for (const golden of layerGoldens) {
      if (seen.has(golden.className)) continue;
      clearSession();
      const network = await modelOf(golden);
      try {
        const bytes = await saveModelBytes(network, { format: 'h5' });
        seen.add(golden.className);
        const [before, after] = [
          await outputsOf(network, golden.inputs),
          await outputsOf(await loadModel(bytes), golden.inputs),
        ];
        if (JSON.stringify(before) !== JSON.stringify(after)) wrong.push(golden.className);
      } catch (error) {
        if (!(error instanceof ManabiError)) wrong.push(`${golden.className}: ${String(error)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(seen.size).toBeGreaterThan(80);
  }, 60_000);

  test('has the groups, datasets and attributes that Keras 2 writes', async () => {
    const text = readFileSync(new URL('../goldens/h5-structure.json', import.meta.url), 'utf8');
    const expected: Record<string, JsonObject> = JSON.parse(text);
    const root = await open(await saveModelBytes(await network(), { format: 'h5' }));
    const found: Record<string, JsonObject> = {};
    const visit = async (group: Hdf5Group): Promise<void> => {
      const entry: Record<string, Json> = {};
      for (const name of ['backend', 'layer_names', 'weight_names', 'model_config', 'training_config']) {
        const value = await group.attribute(name);
        if (typeof value === 'string') entry[name] = name.endsWith('_config') ? JSON.parse(value) : value;
        else if (Array.isArray(value)) entry[name] = value;
      }
      found[group.path] = entry;
      for (const name of group.names) {
        const node = await group.get(name);
        if (node?.kind === 'group') await visit(node);
        else if (node !== undefined) found[node.path] = { shape: node.shape };
      }
    };
    await visit(root);
    // Weights of nested models have the name of the model, too, and those of optimizers other names; Keras uses only their order.
    const renamed = (entries: Record<string, JsonObject>): unknown =>
      Object.fromEntries(
        Object.entries(entries)
          .filter(([path]) => !/head\/.|optimizer_weights\/./.test(path))
          .map(([path, { weight_names: names, model_config: _model, training_config: _training, ...rest }]) => [
            path,
            { ...rest, ...(Array.isArray(names) ? { weights: names.length } : {}) },
          ]),
      );
    expect(renamed(found)).toEqual(renamed(expected));
    expect(found['model_weights/conv'].weight_names).toEqual(expected['model_weights/conv'].weight_names);
    expect(configsOf(found[''].model_config)).toEqual(configsOf(expected[''].model_config));
  });

  test('splits long lists of names over several attributes', async () => {
    const root = newGroup();
    const names = Array.from({ length: 9000 }, (_, i) => `layer_${i}`);
    setTexts(root, 'layer_names', names);
    setTexts(root, 'weight_names', []);
    const opened = await open(joinedBytes(writeHdf5(root)));
    expect(await textsOf(opened, 'layer_names')).toEqual(names);
    expect(await opened.attribute('layer_names0')).toHaveLength(4000);
  });

  test('is chosen by the extension of the destination', async () => {
    const store = memoryStore('a.h5');
    await saveModel(sequential([layers.dense({ units: 1, inputShape: [2] })]), store);
    expect(await (await open(await store.read())).attribute('keras_version')).toBe('2.15.0');
    const other = memoryStore('a.weights.h5');
    await expect(saveModel(sequential([layers.dense({ units: 1, inputShape: [2] })]), other)).rejects.toMatchObject({
      code: 'argument',
    });
  });

  test.each([
    [
      'a layer that Keras 2 lacks',
      () => layers.rmsNormalization({ inputShape: [4] }),
      { className: 'RMSNormalization' },
    ],
    // Trap: hard_sigmoid has another definition in Keras 2.
    [
      'hard_sigmoid, whose name denotes another function',
      () => layers.activation({ activation: 'hardSigmoid', inputShape: [4] }),
      { activation: 'hardSigmoid' },
    ],
    // Trap: Keras 3 ignores the axes, and would predict wrong values.
    [
      'several axes, which Keras 3 ignores in this format',
      () => layers.softmax({ axis: [1, 2], inputShape: [2, 2] }),
      { option: 'axis' },
    ],
  ] as const)('rejects %s', async (_title, make, data) => {
    await expect(saveModelBytes(sequential([make()]), { format: 'h5' })).rejects.toMatchObject({
      code: 'argument',
      data,
    });
  });

  // Trap: the class Accuracy compares labels with predictions; the name stands for the accuracy that fits the loss.
  test.each(['accuracy', 'acc'])("keeps the metric '%s' of class indices", async (name) => {
    const network = sequential([layers.dense({ units: 3, activation: 'softmax', inputShape: [2] })]);
    network.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: [name] });
    const x = hostArray('float32', [2, 2], Float32Array.of(1, 0, 0, 1));
    const y = hostArray('int32', [2], Int32Array.of(0, 2));
    const loaded = await loadModel(await saveModelBytes(network, { format: 'h5' }));
    expect(await loaded.evaluate(x, y, { verbose: 0 })).toEqual(await network.evaluate(x, y, { verbose: 0 }));
  });

  // Keras 2 would compare one-hot labels if the file contained only the name.
  test.each([
    ['sparseCategoricalCrossentropy', { class_name: 'SparseCategoricalAccuracy', config: { name: 'accuracy' } }],
    ['categoricalCrossentropy', 'accuracy'],
  ])("writes the metric 'accuracy' for the loss %s as %j", async (loss, written) => {
    const network = sequential([layers.dense({ units: 3, activation: 'softmax', inputShape: [2] })]);
    network.compile({ optimizer: 'adam', loss, metrics: ['accuracy'] });
    const { compile } = await inspectModelFile(await saveModelBytes(network, { format: 'h5' }));
    expect(compile).toMatchObject({ metrics: [written] });
  });

  test('writes accuracies by output as the loss of each output requires', async () => {
    const x = input({ shape: [2] });
    const outputs = ['kind', 'bits'].map((name) => layers.dense({ units: 3, activation: 'softmax', name }).apply(x));
    const network = model({ inputs: x, outputs });
    network.compile({
      optimizer: 'adam',
      loss: { kind: 'sparseCategoricalCrossentropy', bits: 'categoricalCrossentropy' },
      metrics: { kind: ['acc'], bits: ['acc'] },
    });
    const { compile } = await inspectModelFile(await saveModelBytes(network, { format: 'h5' }));
    const kind = [{ class_name: 'SparseCategoricalAccuracy', config: { name: 'acc' } }];
    expect(compile).toMatchObject({ metrics: { kind, bits: ['acc'] } });
  });

  test('rejects an optimizer that Keras 2 lacks, unless it is omitted', async () => {
    const network = sequential([layers.dense({ units: 1, inputShape: [2] })]);
    network.compile({ optimizer: optimizers.lamb(), loss: 'mse' });
    await expect(saveModelBytes(network, { format: 'h5' })).rejects.toMatchObject({ data: { optimizer: 'Lamb' } });
    const loaded = await loadModel(await saveModelBytes(network, { format: 'h5', includeOptimizer: false }));
    expect(loaded.compiled).toBe(false);
  });
});

/** Returns the class, options and calls of each layer in a config, without what differs between versions of Keras 2. */
function configsOf(config: Json | undefined): unknown {
  const named: [string, unknown][] = [];
  const visit = (value: Json | undefined): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isObject(value) || typeof value.class_name !== 'string' || !isObject(value.config)) return;
    const { layers: within, name, ...rest } = value.config;
    visit(within);
    const options = Object.entries(rest).filter(
      ([option]) =>
        ![
          'optional',
          'build_input_shape',
          'seed',
          'activity_regularizer',
          'renorm',
          'renorm_clipping',
          'renorm_momentum',
        ].includes(option),
    );
    const plain = options.map(([option, item]) => [
      option,
      option === 'axis'
        ? [item]
            .flat()
            .map(Number)
            .map((axis) => (axis + 4) % 4)
        : initializerName(item),
    ]);
    const label = value.class_name === 'InputLayer' && name !== 'image' ? 'input' : String(name);
    named.push([label, { class: value.class_name, options: Object.fromEntries(plain) }]);
  };
  visit(config);
  return Object.fromEntries(named);
}

function initializerName(item: Json): Json {
  return isObject(item) && typeof item.class_name === 'string' ? item.class_name : item;
}
