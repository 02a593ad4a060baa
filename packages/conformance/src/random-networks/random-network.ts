import { type HostArray, hostArray, sizeOf } from '@manabi/ir';
import { input, type Layer, type Model, model, type SymbolicTensor } from '@manabi/layers';
import * as layers from '@manabi/layers/layers';
import * as optimizers from '@manabi/optimizers';
import { type RandomSource, randomSource } from '@manabi/testing';
import { appendBlock } from './blocks.ts';
import { imageLayer, sameImageLayer } from './image-layers.ts';
import { recurrent, sequenceLayer, vectorLayer } from './row-layers.ts';

/** A random network, with a batch of inputs and labels. */
export interface RandomNetwork {
  readonly model: Model;
  readonly x: HostArray;
  readonly y: HostArray;
}

const CLASSES = 4;
/** Networks stay small: no layer enlarges a sample beyond this number of values. */
const LARGEST = 6000;

/** Returns the network of a seed, with weights that the seed determines. */
export function randomNetwork(seed: number): RandomNetwork {
  const random = randomSource(seed);
  const kind = random.pick(['images', 'images', 'sequences', 'tokens', 'vectors'] as const);
  const batch = random.pick([1, 2, 3, 5, 8]);
  const tokens = kind === 'tokens' ? random.integer(3, 13) : null;
  const shape = inputShape(random, kind);
  const start = input({ shape: [...shape], dtype: tokens === null ? 'float32' : 'int32' });
  let x = start;
  if (tokens !== null) {
    x = layers
      .embedding({ inputDim: tokens, outputDim: random.integer(1, 9), maskZero: random.chance(0.3) })
      .apply(start);
  }
  for (let more = random.integer(1, 7); more > 0; more--) x = grown(random, x);
  const network = model({ inputs: start, outputs: head(random, flat(random, x)) });
  network.compile(compilation(random));
  const size = batch * sizeOf(shape);
  const values = tokens === null ? random.float32Array(size, -1.5, 1.5) : random.int32Array(size, 0, tokens);
  return {
    model: network,
    x: hostArray(tokens === null ? 'float32' : 'int32', [batch, ...shape], values),
    y: hostArray('int32', [batch], random.int32Array(batch, 0, CLASSES)),
  };
}

function inputShape(random: RandomSource, kind: 'images' | 'sequences' | 'tokens' | 'vectors'): readonly number[] {
  switch (kind) {
    case 'images':
      return [random.integer(3, 15), random.integer(3, 15), random.pick([1, 2, 3, 4, 8, 16])];
    case 'sequences':
      return [random.integer(1, 10), random.integer(1, 9)];
    case 'tokens':
      return [random.integer(1, 10)];
    case 'vectors':
      return [random.pick([1, 3, 8, 20, 33])];
  }
}

/** Shape of a sample. */
const sampleOf = (x: SymbolicTensor): readonly number[] => x.shape.slice(1).map(Number);

/** Appends one random layer, a block of known networks, or a residual or concatenated branch. */
function grown(random: RandomSource, x: SymbolicTensor): SymbolicTensor {
  if (random.chance(0.35)) return appendBlock(random, x);
  const shape = sampleOf(x);
  if (random.chance(0.2)) return branched(random, x, shape);
  if (shape.length === 2 && random.chance(0.15)) {
    return layers.multiHeadAttention({ numHeads: random.integer(1, 3), keyDim: random.integer(1, 5) }).apply([x, x], {
      useCausalMask: random.chance(0.3),
    });
  }
  for (;;) {
    const next = layerFor(random, shape)?.apply(x);
    if (next !== undefined && sizeOf(sampleOf(next)) <= LARGEST) return next;
  }
}

function layerFor(random: RandomSource, shape: readonly number[]): Layer | null {
  if (shape.length === 3) return imageLayer(random, shape);
  return shape.length === 2 ? sequenceLayer(random, shape) : vectorLayer(random, shape);
}

function branched(random: RandomSource, x: SymbolicTensor, shape: readonly number[]): SymbolicTensor {
  const width = shape[shape.length - 1];
  const layer = (): Layer =>
    shape.length === 3
      ? sameImageLayer(random, shape)
      : layers.dense({ units: width, activation: random.pick(['relu', 'tanh', 'linear']) });
  const branch = random.chance(0.5) ? layer().apply(layer().apply(x)) : layer().apply(x);
  const merge = random.pick([
    layers.add,
    layers.add,
    layers.multiply,
    layers.maximum,
    layers.concatenate,
    layers.average,
  ]);
  return merge().apply([x, branch]);
}

/** Turns the values of a sample into a vector. */
function flat(random: RandomSource, x: SymbolicTensor): SymbolicTensor {
  switch (x.shape.length) {
    case 4:
      return random
        .pick<() => Layer>([layers.flatten, layers.globalAveragePooling2d, layers.globalMaxPooling2d])()
        .apply(x);
    case 3:
      return random
        .pick<() => Layer>([
          layers.globalAveragePooling1d,
          layers.globalMaxPooling1d,
          () => recurrent(random, false),
          () => recurrent(random, false),
        ])()
        .apply(x);
    default:
      return x;
  }
}

function head(random: RandomSource, x: SymbolicTensor): SymbolicTensor {
  const hidden = random.chance(0.3) ? vectorLayer(random, sampleOf(x)).apply(x) : x;
  return layers.dense({ units: CLASSES, activation: 'softmax' }).apply(hidden);
}

/** Optimizers whose steps are nearly proportional to small gradients, so that rounding errors stay small. */
function compilation(random: RandomSource) {
  const learningRate = 0.5;
  const optimizer = random.pick([
    () => optimizers.sgd({ learningRate }),
    () => optimizers.sgd({ learningRate, momentum: 0.9, nesterov: random.chance(0.5) }),
    () => optimizers.adam({ learningRate, epsilon: 1, ...(random.chance(0.3) ? { clipnorm: 1 } : {}) }),
    () => optimizers.rmsprop({ learningRate, epsilon: 1 }),
  ])();
  return { optimizer, loss: 'sparseCategoricalCrossentropy' } as const;
}
