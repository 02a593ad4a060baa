import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { hostArray } from '@manabi/core';
import { layers, type Model, sequential, setDtypePolicy, setRandomSeed } from '@manabi/layers';
import { lossScaleOptimizer, sgd } from '@manabi/optimizers';
import { fromBase64 } from '../goldens.fixture.ts';
import { loadModel, saveModelBytes } from './index.ts';

interface Golden {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly before: string;
  readonly losses: readonly number[];
  readonly scales: readonly number[];
  readonly after: string;
  readonly outputDType: string;
  readonly predictions: readonly number[];
}

// Written by tooling/goldens/mixed-precision.
const { cases }: { readonly cases: readonly Golden[] } = JSON.parse(
  readFileSync(new URL('./goldens/mixed-precision.json', import.meta.url), 'utf8'),
);

afterEach(() => setDtypePolicy('float32'));

const inputs = ({ x }: Golden) => hostArray('float32', [16, 4], Float32Array.from(x));
const labels = ({ y }: Golden) => hostArray('int32', [16], Int32Array.from(y));

async function scaleOf(model: Model): Promise<number | undefined> {
  await model.loadTrainer();
  return model.trainer.optimizerState?.lossScale?.dynamicScale.item();
}

describe('models that Keras saved with mixed_float16', () => {
  test.each(cases)('$name: predict what Keras predicts', async (golden) => {
    const model = await loadModel(fromBase64(golden.after));
    expect(model.outputTypes?.map(({ dtype }) => dtype)).toEqual([golden.outputDType]);
    const predicted = await model.predict(inputs(golden));
    const actual = [...(await predicted.data())];
    // A few roundings to float16 of numbers below 1.
    for (const [i, value] of actual.entries()) expect(Math.abs(value - golden.predictions[i])).toBeLessThan(4e-3);
    expect(await scaleOf(model)).toBe(golden.scales.at(-1));
  });

  test.each(cases)('$name: train with the losses and loss scales of Keras', async (golden) => {
    const model = await loadModel(fromBase64(golden.before));
    const losses: number[] = [];
    const scales: number[] = [];
    for (const _ of golden.losses) {
      losses.push((await model.trainOnBatch(inputs(golden), labels(golden))).loss);
      scales.push((await scaleOf(model)) ?? 0);
    }
    // The first update that does not overflow: gradients of a crossentropy are computed from logits here, and overflow at
    // a larger scale than those of probabilities in Keras.
    const first = (values: readonly number[]): number => values.findIndex((loss) => loss !== values[0]);
    const [own, keras] = [first(losses), first(golden.losses)];
    expect(own).toBeLessThanOrEqual(keras);
    for (const [i, loss] of golden.losses.slice(keras).entries()) {
      expect(Math.abs(losses[own + i] - loss)).toBeLessThan(1e-3);
    }
    expect(scales.slice(0, own - 1)).toEqual(golden.scales.slice(0, own - 1));
  });
});

describe('saveModel', () => {
  test('keeps policies, the loss scale and its optimizer', async () => {
    setDtypePolicy('mixedFloat16');
    setRandomSeed(4);
    const model = sequential([
      layers.dense({ units: 6, activation: 'relu', inputShape: [4] }),
      layers.dense({ units: 3, activation: 'softmax', dtype: 'float32' }),
    ]);
    const optimizer = lossScaleOptimizer({
      innerOptimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
      initialScale: 2 ** 40,
      dynamicGrowthSteps: 5,
    });
    model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy' });
    const [golden] = cases;
    for (let i = 0; i < 8; i++) await model.trainOnBatch(inputs(golden), labels(golden));
    setDtypePolicy('float32');
    const loaded = await loadModel(await saveModelBytes(model));
    expect([loaded.dtypePolicy, ...loaded.layers.map(({ dtypePolicy }) => dtypePolicy)]).toEqual([
      'mixedFloat16',
      'mixedFloat16',
      'float32',
    ]);
    expect(loaded.compilation.optimizer.config).toMatchObject({ initialScale: 2 ** 40, dynamicGrowthSteps: 5 });
    expect(await scaleOf(loaded)).toBe(await scaleOf(model));
    for (let i = 0; i < 20; i++) {
      const results = [model, loaded].map((each) => each.trainOnBatch(inputs(golden), labels(golden)));
      const [first, second] = await Promise.all(results);
      expect(second.loss).toBe(first.loss);
    }
    expect(await scaleOf(loaded)).toBe(await scaleOf(model));
  });
});

describe('dtype policies of saved models', () => {
  const x = hostArray('float32', [2, 4], Float32Array.of(1, 2, 3, 4, -1, 0.5, 0.25, 2));
  const y = hostArray('float32', [2, 3], new Float32Array(6).fill(1));

  test('a model with the policy float16 loads with this policy, and predicts the same numbers', async () => {
    const model = sequential([layers.dense({ units: 3, inputShape: [4], dtype: 'float16' })]);
    const loaded = await loadModel(await saveModelBytes(model));
    expect(loaded.layers.map(({ dtypePolicy }) => dtypePolicy)).toEqual(['float16']);
    const [own, other] = await Promise.all([model.predict(x), loaded.predict(x)]);
    expect(other.dtype).toBe('float16');
    expect(await other.data()).toEqual(await own.data());
  });

  test('a compiled model of float32 loads while setDtypePolicy has set mixedFloat16', async () => {
    setRandomSeed(1);
    const model = sequential([layers.dense({ units: 3, inputShape: [4] })]);
    model.compile({ optimizer: 'adam', loss: 'mse' });
    await model.trainOnBatch(x, y);
    const bytes = await saveModelBytes(model);
    setDtypePolicy('mixedFloat16');
    const loaded = await loadModel(bytes);
    expect(loaded.trainer.optimizerState?.lossScale).toBeUndefined();
    expect(await loaded.trainOnBatch(x, y)).toEqual(await model.trainOnBatch(x, y));
  });
});
