import { hostArray, sizeOf } from '@manabi/ir';
import { input, type Layer, type Model, model, type SymbolicTensor, sequential, setRandomSeed } from '@manabi/layers';
import {
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
import { randomSource } from '@manabi/testing';

const BATCH = 32;
const CLASSES = 5;

/** A small network and the shape of one input. */
export interface Network {
  readonly shape: readonly number[];
  /** Number of tokens, for inputs that are tokens; 0 for inputs that are numbers. */
  readonly tokens: number;
  readonly create: () => Model;
}

/** Returns a classifier with the given hidden layers. */
export const classifier = (...layers: readonly Layer[]): Model =>
  sequential([...layers, dense({ units: CLASSES, activation: 'softmax' })]);

/** One block of a transformer: attention and two dense layers, each with a residual connection and normalization. */
function transformerBlock(x: SymbolicTensor, width: number): SymbolicTensor {
  const normalized = layerNormalization().apply(x);
  const attention = multiHeadAttention({ numHeads: 2, keyDim: width / 2 }).apply([normalized, normalized]);
  const attended = add().apply([x, attention]);
  const hidden = dense({ units: 2 * width, activation: 'gelu' }).apply(layerNormalization().apply(attended));
  return add().apply([attended, dense({ units: width }).apply(hidden)]);
}

/** Small networks of several families, to compare trainings on two backends. */
export const networks: Readonly<Record<string, Network>> = {
  'a perceptron with batch normalization and dropout': {
    shape: [40],
    tokens: 0,
    create: () =>
      classifier(
        dense({ units: 32, activation: 'relu' }),
        batchNormalization(),
        dropout({ rate: 0.2 }),
        dense({ units: 16, activation: 'relu' }),
        batchNormalization(),
      ),
  },
  'a convolutional network': {
    shape: [12, 12, 1],
    tokens: 0,
    create: () =>
      classifier(
        conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
        maxPooling2d(),
        conv2d({ filters: 12, kernelSize: 3, activation: 'relu' }),
        flatten(),
      ),
  },
  'an LSTM': { shape: [10, 6], tokens: 0, create: () => classifier(lstm({ units: 16 })) },
  'a transformer of two blocks': {
    shape: [12],
    tokens: 20,
    create: () => {
      const tokens = input({ shape: [12], dtype: 'int32' });
      const embedded = embedding({ inputDim: 20, outputDim: 16 }).apply(tokens);
      const blocks = transformerBlock(transformerBlock(embedded, 16), 16);
      const pooled = globalAveragePooling1d().apply(layerNormalization().apply(blocks));
      return model({ inputs: tokens, outputs: dense({ units: CLASSES, activation: 'softmax' }).apply(pooled) });
    },
  },
};

/** Trains a network on a few batches, again and again, and returns the loss of each step. All runs use the same data. */
export async function lossesOf({ shape, tokens, create }: Network, steps: number): Promise<readonly number[]> {
  setRandomSeed(11);
  const trained = create();
  trained.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const random = randomSource(12);
  const size = BATCH * sizeOf(shape);
  const batches = Array.from({ length: 4 }, () => ({
    x:
      tokens > 0
        ? hostArray('int32', [BATCH, ...shape], random.int32Array(size, 0, tokens))
        : hostArray('float32', [BATCH, ...shape], random.float32Array(size)),
    y: hostArray('int32', [BATCH], random.int32Array(BATCH, 0, CLASSES)),
  }));
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { x, y } = batches[step % batches.length];
    losses.push((await trained.trainOnBatch(x, y)).loss);
  }
  return losses;
}
