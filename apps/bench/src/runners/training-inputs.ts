import type { Batches, TaskOf } from '../task-table.ts';
import { flattenedLength } from '../training-flops.ts';
import { uniform } from './inputs.ts';

/** Initial weights of a layer, which are the same in all runners. Its bias is zero. */
export interface Start {
  /** Shape in the layout of Keras: [inputs, outputs], or [height, width, inputs, outputs] for filters. */
  readonly shape: readonly number[];
  readonly kernel: Float32Array<ArrayBuffer>;
}

/** Initial weights of a dense layer. */
export interface DenseStart extends Start {
  readonly inputs: number;
  readonly outputs: number;
  /** Bias: zeros. */
  readonly bias: Float32Array<ArrayBuffer>;
}

/** Seed of the weights of the first layer of a network. The seed of each further layer is greater by one. */
const FIRST_SEED = 100;
/** Seed of the first dense layer of a network, if other layers precede it. */
const DENSE_SEED = 110;

/** A batch of training data for a classifier. */
export interface Batch {
  /** Pixel values in [0, 1), shape [batch, inputs]. */
  readonly images: Float32Array<ArrayBuffer>;
  /** Class indices. */
  readonly labels: Int32Array<ArrayBuffer>;
}

/** Generates Glorot uniform weights. */
function glorot(shape: readonly number[], seed: number): Start {
  const [inputs, outputs] = shape.slice(-2);
  const field = shape.slice(0, -2).reduce((product, length) => product * length, 1);
  const limit = Math.sqrt(6 / (field * (inputs + outputs)));
  return { shape, kernel: uniform(field * inputs * outputs, seed, -limit, limit) };
}

/** Returns the initial weights of dense layers. */
export function denseStarts(
  { units }: { readonly units: readonly number[] },
  firstSeed = FIRST_SEED,
): readonly DenseStart[] {
  return units.slice(1).map((outputs, layer) => ({
    ...glorot([units[layer], outputs], firstSeed + layer),
    inputs: units[layer],
    outputs,
    bias: new Float32Array(outputs),
  }));
}

/** Generates batches of random numbers in [0, 1), with random class labels. */
export function batchesOf({
  batch,
  batches,
  units,
}: Batches & { readonly units: readonly number[] }): readonly Batch[] {
  const classes = units[units.length - 1];
  return Array.from({ length: batches }, (_, index) => ({
    images: uniform(batch * units[0], 1000 + 2 * index, 0, 1),
    labels: Int32Array.from(uniform(batch, 1001 + 2 * index, 0, classes)),
  }));
}

/**
 * Returns the initial weights of the image classifier: those of the filters, and those of the dense layers, for
 * channels-last features.
 */
export function cnnStarts(task: TaskOf<'cnn-step'>): {
  readonly filters: readonly Start[];
  readonly denses: readonly DenseStart[];
} {
  const { image, filters, kernel, units } = task;
  const channels = [image[2], ...filters];
  return {
    filters: filters.map((outputs, layer) => glorot([kernel, kernel, channels[layer], outputs], FIRST_SEED + layer)),
    denses: denseStarts({ units: [flattenedLength(task), ...units] }, DENSE_SEED),
  };
}

/** Generates batches of images [batch, height, width, channels]. */
export function imageBatchesOf({ batch, batches, image, units }: TaskOf<'cnn-step'>): readonly Batch[] {
  const [height, width, channels] = image;
  return batchesOf({ batch, batches, units: [height * width * channels, ...units] });
}

/** Returns the initial weights of the LSTM, with gates in the order of Keras: input, forget, candidate, output. */
export function lstmStarts({ inputs, hidden, classes }: TaskOf<'lstm-step'>): {
  readonly kernel: Start;
  readonly recurrent: Start;
  /** Bias: ones for the forget gate, zeros for the other gates. */
  readonly bias: Float32Array<ArrayBuffer>;
  readonly denses: readonly DenseStart[];
} {
  return {
    kernel: glorot([inputs, 4 * hidden], FIRST_SEED),
    recurrent: glorot([hidden, 4 * hidden], FIRST_SEED + 1),
    bias: new Float32Array(4 * hidden).fill(1, hidden, 2 * hidden),
    denses: denseStarts({ units: [hidden, classes] }, DENSE_SEED),
  };
}

/** Generates batches of sequences [batch, steps, inputs]. */
export function sequenceBatchesOf({ batch, batches, steps, inputs, classes }: TaskOf<'lstm-step'>): readonly Batch[] {
  return batchesOf({ batch, batches, units: [steps * inputs, classes] });
}

/** Returns the initial weights of the text classifier. */
export function embeddingStarts({ vocabulary, width, hidden }: TaskOf<'embedding-step'>): {
  readonly table: Start;
  readonly denses: readonly DenseStart[];
} {
  return {
    table: { shape: [vocabulary, width], kernel: uniform(vocabulary * width, FIRST_SEED, -0.5, 0.5) },
    denses: denseStarts({ units: [width, hidden, 1] }, DENSE_SEED),
  };
}

/** A batch of texts. */
export interface TextBatch {
  /** Token indices, shape [batch, tokens]. */
  readonly tokens: Int32Array<ArrayBuffer>;
  /** Labels 0 or 1, shape [batch, 1]. */
  readonly labels: Float32Array<ArrayBuffer>;
}

/**
 * Generates batches of random texts. Token indices are clamped, because rounding to float32 may produce an index equal
 * to the vocabulary size.
 */
export function textBatchesOf({ batch, batches, tokens, vocabulary }: TaskOf<'embedding-step'>): readonly TextBatch[] {
  return Array.from({ length: batches }, (_, index) => ({
    tokens: Int32Array.from(uniform(batch * tokens, 1000 + 2 * index, 0, vocabulary), (value) =>
      Math.min(value, vocabulary - 1),
    ),
    labels: uniform(batch, 1001 + 2 * index, 0, 2).map(Math.floor),
  }));
}
