import { mobileNetV2, resNet50 } from '@manabi/applications';
import { type HostArray, hostArray } from '@manabi/core';
import { input, layers, type Model, model, type SymbolicTensor, sequential } from '@manabi/layers';
import { uniform } from '../runners/inputs.ts';

/** A network with one batch to train on. */
export interface Work {
  readonly name: string;
  readonly batch: number;
  readonly create: () => Model | Promise<Model>;
  readonly x: HostArray;
  readonly y: HostArray;
}

/** Number of tokens, width, blocks and vocabulary of the transformer. */
const gptSize = { tokens: 128, width: 128, blocks: 4, heads: 4, vocabulary: 256 } as const;

function numbers(...shape: number[]): HostArray {
  const length = shape.reduce((product, each) => product * each, 1);
  return hostArray('float32', shape, uniform(length, 1, 0, 1));
}

function integers(end: number, ...shape: number[]): HostArray {
  const length = shape.reduce((product, each) => product * each, 1);
  const below = (value: number) => Math.min(end - 1, Math.floor(value));
  return hostArray('int32', shape, Int32Array.from(uniform(length, 2, 0, end), below));
}

/** A classifier of dense layers with ReLU. */
function perceptron(batch: number, units: readonly number[]): Work {
  const [inputs, ...rest] = units;
  const create = () =>
    sequential(
      rest.map((each, i) =>
        layers.dense({
          units: each,
          activation: i === rest.length - 1 ? 'softmax' : 'relu',
          ...(i === 0 && { inputShape: [inputs] }),
        }),
      ),
    );
  return { name: `MLP ${units.join('-')}`, batch, create, x: numbers(batch, inputs), y: integers(10, batch) };
}

function convolutional(batch: number, filters: number): Work {
  const create = () =>
    sequential([
      layers.conv2d({ filters, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 2 * filters, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ]);
  const [x, y] = [numbers(batch, 28, 28, 1), integers(10, batch)];
  return { name: `CNN for 28x28 with ${filters} and ${2 * filters} filters`, batch, create, x, y };
}

function normalized(batch: number): Work {
  const create = () => {
    const hidden = [512, 256, 128].flatMap((units, i) => [
      layers.dense({ units, ...(i === 0 && { inputShape: [784] }) }),
      layers.batchNormalization(),
      layers.activation({ activation: 'relu' }),
      layers.dropout({ rate: 0.2 }),
    ]);
    return sequential([...hidden, layers.dense({ units: 10, activation: 'softmax' })]);
  };
  return { name: 'MLP with batch normalization', batch, create, x: numbers(batch, 784), y: integers(10, batch) };
}

function recurrent(batch: number): Work {
  const create = () =>
    sequential([layers.lstm({ units: 64, inputShape: [100, 64] }), layers.dense({ units: 10, activation: 'softmax' })]);
  return { name: 'LSTM 64, 100 steps', batch, create, x: numbers(batch, 100, 64), y: integers(10, batch) };
}

function text(batch: number): Work {
  const create = () =>
    sequential([
      layers.embedding({ inputDim: 10_000, outputDim: 16, inputShape: [200] }),
      layers.globalAveragePooling1d(),
      layers.dense({ units: 16, activation: 'relu' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ]);
  return { name: 'embedding 10000x16', batch, create, x: integers(10_000, batch, 200), y: integers(10, batch) };
}

/** A transformer that predicts the next token, without an embedding of positions. */
function gpt(): Model {
  const { tokens, width, blocks, heads, vocabulary } = gptSize;
  const sequence = input({ shape: [tokens], dtype: 'int32' });
  let x: SymbolicTensor = layers.embedding({ inputDim: vocabulary, outputDim: width }).apply(sequence);
  for (let block = 0; block < blocks; block++) {
    const normalizedInput = layers.layerNormalization().apply(x);
    const attention = layers.multiHeadAttention({ numHeads: heads, keyDim: width / heads });
    const attended = layers
      .add()
      .apply([x, attention.apply([normalizedInput, normalizedInput], { useCausalMask: true })]);
    const hidden = layers
      .dense({ units: 4 * width, activation: 'gelu' })
      .apply(layers.layerNormalization().apply(attended));
    x = layers.add().apply([attended, layers.dense({ units: width }).apply(hidden)]);
  }
  const last = layers.dense({ units: vocabulary, activation: 'softmax' });
  return model({ inputs: sequence, outputs: last.apply(layers.layerNormalization().apply(x)) });
}

function language(batch: number): Work {
  const { tokens, vocabulary } = gptSize;
  const [x, y] = [integers(vocabulary, batch, tokens), integers(vocabulary, batch, tokens)];
  return { name: 'GPT of 4 blocks, width 128, 128 tokens', batch, create: gpt, x, y };
}

const photos = { weights: null, inputShape: [96, 96, 3], classes: 10 } as const;

/** All networks, from small to large steps. */
export const works: readonly Work[] = [
  perceptron(8, [2, 8, 10]),
  perceptron(32, [64, 32, 10]),
  perceptron(32, [784, 128, 64, 10]),
  perceptron(128, [784, 128, 64, 10]),
  perceptron(512, [784, 512, 256, 10]),
  text(128),
  convolutional(8, 4),
  convolutional(32, 8),
  convolutional(32, 32),
  convolutional(128, 32),
  normalized(128),
  recurrent(64),
  language(1),
  language(16),
  {
    ...{ name: 'MobileNetV2, 96x96', batch: 16, x: numbers(16, 96, 96, 3), y: integers(10, 16) },
    create: () => mobileNetV2(photos),
  },
  {
    ...{ name: 'ResNet50, 96x96', batch: 8, x: numbers(8, 96, 96, 3), y: integers(10, 8) },
    create: () => resNet50(photos),
  },
];
