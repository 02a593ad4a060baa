import { type HostArray, hostArray, sizeOf } from '@manabi/ir';
import { input, type Layer, type Model, model, type SymbolicTensor } from '@manabi/layers';
import * as layers from '@manabi/layers/layers';
import * as optimizers from '@manabi/optimizers';
import { appendBlock } from './blocks.ts';
import { type Draw, drawFrom } from './draw.ts';
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
  const draw = drawFrom(seed);
  const kind = draw.pick(['images', 'images', 'sequences', 'tokens', 'vectors'] as const);
  const batch = draw.pick([1, 2, 3, 5, 8]);
  const tokens = kind === 'tokens' ? draw.integer(3, 12) : null;
  const shape = inputShape(draw, kind);
  const start = input({ shape: [...shape], dtype: tokens === null ? 'float32' : 'int32' });
  let x = start;
  if (tokens !== null) {
    x = layers.embedding({ inputDim: tokens, outputDim: draw.integer(1, 8), maskZero: draw.chance(0.3) }).apply(start);
  }
  for (let more = draw.integer(1, 6); more > 0; more--) x = grown(draw, x);
  const network = model({ inputs: start, outputs: head(draw, flat(draw, x)) });
  network.compile(compilation(draw));
  const size = batch * sizeOf(shape);
  const values = tokens === null ? draw.floats(size, -1.5, 1.5) : draw.integers(size, tokens);
  return {
    model: network,
    x: hostArray(tokens === null ? 'float32' : 'int32', [batch, ...shape], values),
    y: hostArray('int32', [batch], draw.integers(batch, CLASSES)),
  };
}

function inputShape(draw: Draw, kind: 'images' | 'sequences' | 'tokens' | 'vectors'): readonly number[] {
  switch (kind) {
    case 'images':
      return [draw.integer(3, 14), draw.integer(3, 14), draw.pick([1, 2, 3, 4, 8, 16])];
    case 'sequences':
      return [draw.integer(1, 9), draw.integer(1, 8)];
    case 'tokens':
      return [draw.integer(1, 9)];
    case 'vectors':
      return [draw.pick([1, 3, 8, 20, 33])];
  }
}

/** Shape of a sample. */
const sampleOf = (x: SymbolicTensor): readonly number[] => x.shape.slice(1).map(Number);

/** Appends one random layer, a block of known networks, or a residual or concatenated branch. */
function grown(draw: Draw, x: SymbolicTensor): SymbolicTensor {
  if (draw.chance(0.35)) return appendBlock(draw, x);
  const shape = sampleOf(x);
  if (draw.chance(0.2)) return branched(draw, x, shape);
  if (shape.length === 2 && draw.chance(0.15)) {
    return layers.multiHeadAttention({ numHeads: draw.integer(1, 2), keyDim: draw.integer(1, 4) }).apply([x, x], {
      useCausalMask: draw.chance(0.3),
    });
  }
  for (;;) {
    const next = layerFor(draw, shape)?.apply(x);
    if (next !== undefined && sizeOf(sampleOf(next)) <= LARGEST) return next;
  }
}

function layerFor(draw: Draw, shape: readonly number[]): Layer | null {
  if (shape.length === 3) return imageLayer(draw, shape);
  return shape.length === 2 ? sequenceLayer(draw, shape) : vectorLayer(draw, shape);
}

function branched(draw: Draw, x: SymbolicTensor, shape: readonly number[]): SymbolicTensor {
  const width = shape[shape.length - 1];
  const layer = (): Layer =>
    shape.length === 3
      ? sameImageLayer(draw, shape)
      : layers.dense({ units: width, activation: draw.pick(['relu', 'tanh', 'linear']) });
  const branch = draw.chance(0.5) ? layer().apply(layer().apply(x)) : layer().apply(x);
  const merge = draw.pick([
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
function flat(draw: Draw, x: SymbolicTensor): SymbolicTensor {
  switch (x.shape.length) {
    case 4:
      return draw
        .pick<() => Layer>([layers.flatten, layers.globalAveragePooling2d, layers.globalMaxPooling2d])()
        .apply(x);
    case 3:
      return draw
        .pick<() => Layer>([
          layers.globalAveragePooling1d,
          layers.globalMaxPooling1d,
          () => recurrent(draw, false),
          () => recurrent(draw, false),
        ])()
        .apply(x);
    default:
      return x;
  }
}

function head(draw: Draw, x: SymbolicTensor): SymbolicTensor {
  const hidden = draw.chance(0.3) ? vectorLayer(draw, sampleOf(x)).apply(x) : x;
  return layers.dense({ units: CLASSES, activation: 'softmax' }).apply(hidden);
}

/** Optimizers whose steps are nearly proportional to small gradients, so that rounding errors stay small. */
function compilation(draw: Draw) {
  const learningRate = 0.5;
  const optimizer = draw.pick([
    () => optimizers.sgd({ learningRate }),
    () => optimizers.sgd({ learningRate, momentum: 0.9, nesterov: draw.chance(0.5) }),
    () => optimizers.adam({ learningRate, epsilon: 1, ...(draw.chance(0.3) ? { clipnorm: 1 } : {}) }),
    () => optimizers.rmsprop({ learningRate, epsilon: 1 }),
  ])();
  return { optimizer, loss: 'sparseCategoricalCrossentropy' } as const;
}
