import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { abs, add, hostArray, mean, mul, power, sub, type Tensor, tensor } from '@manabi/core';
import {
  type CallContext,
  clearSession,
  Layer,
  type LayerOptions,
  layers,
  losses,
  Model,
  register,
  sequential,
  setRandomSeed,
  type Variable,
} from '@manabi/layers';
import { adam, defineOptimizer, type OptimizerOptions } from '@manabi/optimizers';
import { loadModel, saveModelBytes } from './index.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

interface ScaleOptions extends LayerOptions {
  readonly startAt?: number;
}

class Scale extends Layer<{ readonly startAt: number }> {
  static override readonly className = 'Scale';
  factor?: Variable;

  constructor(options: ScaleOptions = {}) {
    super(options, { startAt: options.startAt ?? 1 });
  }

  override build(): void {
    const initializer = { className: 'Constant', config: { value: this.config.startAt } };
    this.factor = this.addWeight({ name: 'factor', shape: [1], initializer });
  }

  override call(x: Tensor, context: CallContext): Tensor {
    return this.factor === undefined ? x : mul(x, context.read(this.factor));
  }
}

/** Custom model with a list of two layers, and one layer in a field. */
class Branches extends Model {
  static override readonly className: string = 'Branches';
  readonly branches = [layers.dense({ units: 2, name: 'a' }), layers.dense({ units: 2, name: 'b' })];
  readonly lastStep = new Scale({ name: 'scale' });

  override call(x: Tensor, context: CallContext): Tensor {
    const [a, b] = this.branches.map((branch) => branch.apply(x, context));
    return this.lastStep.apply(add(a, b), context);
  }
}

const x = hostArray(
  'float32',
  [4, 3],
  Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
);
const y = hostArray(
  'float32',
  [4, 2],
  Float32Array.from({ length: 8 }, (_, i) => Math.cos(i)),
);

describe('saveModel and loadModel: registered classes', () => {
  register('layer', 'Scale', Scale);
  register('layer', 'Branches', Branches);

  test('restore custom layers with their options', async () => {
    const model = sequential([new Scale({ startAt: 3, inputShape: [3] }), layers.dense({ units: 2 })]);
    const loaded = await loadModel(await saveModelBytes(model));
    expect(loaded.layers[0]).toBeInstanceOf(Scale);
    expect(loaded.layers[0].config).toEqual({ startAt: 3 });
    expect(await loaded.getWeights()).toEqual(await model.getWeights());
  });

  test('restore custom models whose layers are in fields and lists', async () => {
    const model = new Branches();
    model.build([null, 3]);
    model.compile({ optimizer: adam({ learningRate: 0.01 }), loss: 'mse' });
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    const loaded = await loadModel(await saveModelBytes(model));
    expect(await (await loaded.predict(x)).array()).toEqual(await (await model.predict(x)).array());
    expect(await loaded.trainer.iterations()).toBe(1);
  });

  test('restore custom activations, losses and optimizers', async () => {
    register('activation', 'tripled', (t) => mul(t, 3));
    const fn = (a: Tensor, b: Tensor): Tensor => mean(power(abs(sub(a, b)), 1.5), -1);
    register('loss', 'Power', () => ({ ...losses.lossFunctionWrapper({ fn }), className: 'Power', config: {} }));
    const slow = (options: OptimizerOptions = {}) =>
      defineOptimizer(
        {
          name: 'slow',
          slots: {},
          prepare:
            ({ learningRate }) =>
            (param, grad, slots) => ({ param: sub(param, mul(grad, learningRate)), slots }),
        },
        { ...options, learningRate: options.learningRate ?? 0.1 },
      );
    register('optimizer', 'Slow', slow);
    const model = sequential([layers.dense({ units: 2, activation: 'tripled', inputShape: [3] })]);
    model.compile({ optimizer: slow({ learningRate: 0.5 }), loss: { className: 'Power', config: {} } });
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    const loaded = await loadModel(await saveModelBytes(model));
    expect(loaded.compilation.optimizer).toMatchObject({ className: 'Slow', config: { learningRate: 0.5 } });
    const [before, after] = [
      await model.fit(x, y, { epochs: 1, verbose: 0, shuffle: false }),
      await loaded.fit(x, y, { epochs: 1, verbose: 0, shuffle: false }),
    ];
    expect(after.history).toEqual(before.history);
  });
});

describe('saveModel: values that files cannot hold', () => {
  test('rejects a function as an option, with the layer and the option', async () => {
    const model = sequential([layers.dense({ units: 1, name: 'odd', activation: (t) => mul(t, 2), inputShape: [2] })]);
    await expect(saveModelBytes(model)).rejects.toMatchObject({
      code: 'argument',
      data: { layer: 'odd', className: 'Dense', option: 'activation' },
    });
  });

  test('rejects lambda layers', async () => {
    const model = sequential([layers.lambda({ function: (t) => mul(t, tensor(2)), inputShape: [2] })]);
    await expect(saveModelBytes(model)).rejects.toMatchObject({ code: 'argument', data: { className: 'Lambda' } });
  });

  test('rejects schedules and losses that are functions, unless includeOptimizer is false', async () => {
    const model = sequential([layers.dense({ units: 1, inputShape: [2] })]);
    model.compile({ optimizer: adam({ learningRate: (step) => mul(step, 0.1) }), loss: 'mse' });
    await expect(saveModelBytes(model)).rejects.toMatchObject({ code: 'argument', data: { option: 'learningRate' } });
    model.compile({ loss: (a, b) => mean(sub(a, b), -1) });
    await expect(saveModelBytes(model)).rejects.toMatchObject({ code: 'argument', data: { option: 'loss' } });
    expect((await loadModel(await saveModelBytes(model, { includeOptimizer: false }))).compiled).toBe(false);
  });

  test('rejects classes that are not registered', async () => {
    class Unregistered extends Layer {
      static override readonly className: string = 'Unregistered';
      constructor(options: LayerOptions) {
        super(options, {});
      }
      override call(t: Tensor): Tensor {
        return t;
      }
    }
    await expect(saveModelBytes(sequential([new Unregistered({ inputShape: [2] })]))).rejects.toMatchObject({
      code: 'argument',
      data: { className: 'Unregistered', registered: false },
    });
    class Dense extends Unregistered {
      static override readonly className = 'Dense';
    }
    await expect(saveModelBytes(sequential([new Dense({ inputShape: [2] })]))).rejects.toMatchObject({
      code: 'argument',
      data: { className: 'Dense', registered: true },
    });
  });
});
