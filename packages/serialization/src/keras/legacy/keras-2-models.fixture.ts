import { hostArray } from '@manabi/core';
import type { OptimizerIdentifier } from '@manabi/layers';
import { input, layers, type Model, model, sequential } from '@manabi/layers';
import * as optimizers from '@manabi/optimizers';
import type { GoldenArray } from '../layer-goldens.fixture.ts';

/** A model to save in the format of Keras 2. */
export interface Keras2Model {
  readonly title: string;
  readonly inputs: readonly GoldenArray[];
  readonly make: () => Model | Promise<Model>;
}

const rows: GoldenArray = { dtype: 'float32', shape: [2, 4], data: [0.5, -1, 2, 0, 1, 0.25, -0.5, 3] };

const trained = (title: string, optimizer: OptimizerIdentifier): Keras2Model => ({
  title: `trained with ${title}`,
  inputs: [rows],
  make: async () => {
    const network = sequential([
      layers.dense({ units: 3, activation: 'relu', inputShape: [4] }),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.25 }),
      layers.dense({ units: 1 }),
    ]);
    network.compile({ optimizer, loss: 'mse', metrics: ['mae'] });
    const y = hostArray('float32', [2, 1], Float32Array.of(1, -1));
    await network.fit(hostArray('float32', [2, 4], Float32Array.from(rows.data)), y, { epochs: 2, verbose: 0 });
    return network;
  },
});

/** Models whose structure or training state differs between the formats of Keras 2 and 3. */
export const models: readonly Keras2Model[] = [
  trained('adadelta', optimizers.adadelta()),
  trained('adafactor', optimizers.adafactor()),
  trained('adagrad', optimizers.adagrad()),
  trained('adam', optimizers.adam({ learningRate: 0.01 })),
  trained('adam amsgrad', optimizers.adam({ amsgrad: true })),
  trained(
    'adam schedule',
    optimizers.adam({
      learningRate: optimizers.exponentialDecay({ initialLearningRate: 1, decaySteps: 5, decayRate: 0.5 }),
    }),
  ),
  trained('adamw', optimizers.adamw()),
  trained('adamax', optimizers.adamax()),
  trained('ftrl', optimizers.ftrl()),
  trained('lion', optimizers.lion()),
  trained('nadam', optimizers.nadam()),
  trained('rmsprop', optimizers.rmsprop()),
  trained('rmsprop centered', optimizers.rmsprop({ centered: true, momentum: 0.5 })),
  trained('sgd', optimizers.sgd()),
  trained('sgd momentum', optimizers.sgd({ momentum: 0.9, nesterov: true })),
  {
    title: 'a nested functional model and a nested sequential model, each called once',
    inputs: [rows],
    make: () => {
      const within = input({ shape: [4] });
      const hidden = layers.dense({ units: 3, activation: 'tanh' }).apply(within);
      const inner = model({ inputs: within, outputs: layers.batchNormalization().apply(hidden) });
      const head = sequential([layers.dense({ units: 2, inputShape: [3] })]);
      const x = input({ shape: [4] });
      return model({ inputs: x, outputs: head.apply(inner.apply(x)) });
    },
  },
  {
    title: 'a model that ends with a nested functional model and has two outputs',
    inputs: [rows],
    make: () => {
      const within = input({ shape: [4] });
      const inner = model({ inputs: within, outputs: layers.dense({ units: 3 }).apply(within) });
      const x = input({ shape: [4] });
      const y = layers.dense({ units: 4 }).apply(x);
      return model({ inputs: x, outputs: [inner.apply(y), y] });
    },
  },
  {
    title: 'a frozen nested model with batch normalization',
    inputs: [rows],
    make: () => {
      const base = sequential([
        layers.dense({ units: 3, inputShape: [4] }),
        layers.batchNormalization(),
        layers.dense({ units: 2 }),
      ]);
      base.trainable = false;
      return sequential([base, layers.dense({ units: 1 })]);
    },
  },
  {
    title: 'a layer that is called twice',
    inputs: [rows],
    make: () => {
      const x = input({ shape: [4] });
      const shared = layers.dense({ units: 4, activation: 'sigmoid' });
      return model({ inputs: x, outputs: layers.add().apply([shared.apply(x), shared.apply(shared.apply(x))]) });
    },
  },
];
