import { mobileNetV2 } from '@manabi/applications';
import { type HostArray, hostArray, sizeOf } from '@manabi/ir';
import { input, type Layer, type Model, model, type SymbolicTensor, sequential, setRandomSeed } from '@manabi/layers';
import {
  activation,
  add,
  batchNormalization,
  conv2d,
  dense,
  dropout,
  embedding,
  flatten,
  globalAveragePooling1d,
  layerNormalization,
  lstm,
  maxPooling2d,
  multiHeadAttention,
} from '@manabi/layers/layers';
import { type RandomSource, randomSource } from '@manabi/testing';

const CLASSES = 10;
const TOKENS = 128;
const WIDTH = 128;
const VOCABULARY = 96;

/** Arrays of one training step. */
interface Batch {
  readonly x: HostArray | HostArray[];
  readonly y: HostArray;
}

/** A network as programs train it, with data that it can learn. */
export interface FullNetwork {
  readonly create: () => Model | Promise<Model>;
  /** Loss (default: that of classes). */
  readonly loss?: 'sparseCategoricalCrossentropy' | 'binaryCrossentropy';
  readonly batches: (random: RandomSource, count: number) => readonly Batch[];
}

const classifier = (...layers: readonly Layer[]): Model =>
  sequential([...layers, dense({ units: CLASSES, activation: 'softmax' })]);

/** Returns batches of arrays that are the sum of noise and of a pattern, which depends on the class. */
function patterns(shape: readonly number[], batch: number): FullNetwork['batches'] {
  return (random, count) => {
    const size = sizeOf(shape);
    const ofClass = Array.from({ length: CLASSES }, () => random.float32Array(size));
    return Array.from({ length: count }, () => {
      const y = random.int32Array(batch, 0, CLASSES);
      const x = random.float32Array(batch * size);
      for (const [row, label] of y.entries()) {
        for (let i = 0; i < size; i++) x[row * size + i] = 0.5 * (x[row * size + i] + ofClass[label][i]);
      }
      return { x: hostArray('float32', [batch, ...shape], x), y: hostArray('int32', [batch], y) };
    });
  };
}

/** Returns batches of texts whose tokens are from one half of the vocabulary more often than from the other one. */
function texts(vocabulary: number, tokens: number, batch: number): FullNetwork['batches'] {
  return (random, count) =>
    Array.from({ length: count }, () => {
      const y = random.int32Array(batch, 0, 2);
      const x = random.int32Array(batch * tokens, 0, vocabulary);
      for (let i = 0; i < x.length; i += 3) x[i] = Math.floor(x[i] / 2) + (y[Math.floor(i / tokens)] * vocabulary) / 2;
      const labels = hostArray('float32', [batch, 1], Float32Array.from(y));
      return { x: hostArray('int32', [batch, tokens], x), y: labels };
    });
}

/** Returns batches of sequences in which most tokens determine the next one. Labels are the next tokens. */
function sequences(batch: number): FullNetwork['batches'] {
  return (random, count) => {
    const follower = random.int32Array(VOCABULARY, 0, VOCABULARY);
    const positions = Int32Array.from({ length: batch * TOKENS }, (_, i) => i % TOKENS);
    return Array.from({ length: count }, () => {
      const length = TOKENS + 1;
      const text = random.int32Array(batch * length, 0, VOCABULARY);
      for (let i = 1; i < text.length; i++) if (i % 5 !== 0) text[i] = follower[text[i - 1]];
      const part = (from: number) =>
        Int32Array.from(
          { length: batch * TOKENS },
          (_, i) => text[Math.floor(i / TOKENS) * length + (i % TOKENS) + from],
        );
      const shape = [batch, TOKENS];
      return {
        x: [hostArray('int32', shape, part(0)), hostArray('int32', shape, positions)],
        y: hostArray('int32', shape, part(1)),
      };
    });
  };
}

/** A transformer that predicts the next token: 4 blocks of causal attention with 4 heads, and a GELU layer of 512 units. */
function gpt(): Model {
  const tokens = input({ shape: [TOKENS], dtype: 'int32' });
  const positions = input({ shape: [TOKENS], dtype: 'int32' });
  const vectors = embedding({ inputDim: VOCABULARY, outputDim: WIDTH }).apply(tokens);
  const places = embedding({ inputDim: TOKENS, outputDim: WIDTH }).apply(positions);
  let x: SymbolicTensor = add().apply([vectors, places]);
  for (let block = 0; block < 4; block++) {
    const normalized = layerNormalization().apply(x);
    const attention = multiHeadAttention({ numHeads: 4, keyDim: WIDTH / 4 });
    const attended = add().apply([x, attention.apply([normalized, normalized], { useCausalMask: true })]);
    const hidden = dense({ units: 4 * WIDTH, activation: 'gelu' }).apply(layerNormalization().apply(attended));
    x = add().apply([attended, dense({ units: WIDTH }).apply(hidden)]);
  }
  const outputs = dense({ units: VOCABULARY, activation: 'softmax' }).apply(layerNormalization().apply(x));
  return model({ inputs: [tokens, positions], outputs });
}

/** Networks of the size that programs train. */
export const fullNetworks: Readonly<Record<string, FullNetwork>> = {
  'the convolutional network for MNIST': {
    batches: patterns([28, 28, 1], 128),
    create: () =>
      classifier(
        conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
        maxPooling2d(),
        conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
        maxPooling2d(),
        flatten(),
        dense({ units: 128, activation: 'relu' }),
      ),
  },
  'a perceptron with batch normalization and dropout': {
    batches: patterns([784], 128),
    create: () =>
      classifier(
        ...[512, 256, 128].flatMap((units) => [
          dense({ units }),
          batchNormalization(),
          activation({ activation: 'relu' }),
          dropout({ rate: 0.2 }),
        ]),
      ),
  },
  'an LSTM over 100 steps': { batches: patterns([100, 64], 64), create: () => classifier(lstm({ units: 64 })) },
  'an embedding': {
    batches: texts(10_000, 200, 128),
    loss: 'binaryCrossentropy',
    create: () =>
      sequential([
        embedding({ inputDim: 10_000, outputDim: 16 }),
        globalAveragePooling1d(),
        dense({ units: 16, activation: 'relu' }),
        dense({ units: 1, activation: 'sigmoid' }),
      ]),
  },
  'MobileNetV2 for images of 96x96': {
    batches: patterns([96, 96, 3], 4),
    create: () => mobileNetV2({ weights: null, inputShape: [96, 96, 3], classes: CLASSES }),
  },
  'a GPT of four blocks': { batches: sequences(4), create: gpt },
};

/** A network in training, with the data of all runs. */
export interface Run {
  readonly model: Model;
  /** Trains on the next batch and returns its loss. */
  readonly step: () => Promise<number>;
}

/** Prepares training with Adam on the current backend. All runs use the same data and initial weights. */
export async function runOf({ create, batches, loss = 'sparseCategoricalCrossentropy' }: FullNetwork): Promise<Run> {
  setRandomSeed(11);
  const trained = await create();
  trained.compile({ optimizer: 'adam', loss });
  const data = batches(randomSource(12), 8);
  let position = 0;
  const step = async (): Promise<number> => {
    const { x, y } = data[position++ % data.length];
    return (await trained.trainOnBatch(x, y)).loss;
  };
  return { model: trained, step };
}
