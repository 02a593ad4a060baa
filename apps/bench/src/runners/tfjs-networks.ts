import type { TaskOf } from '../task-table.ts';
import { BeyondLibrary } from './library.ts';
import type { Prepared } from './prepared.ts';
import type { Tf, TfLayer, TfTensor } from './tensorflow.ts';
import { preparedTraining } from './tfjs-training.ts';
import { checkedBy } from './training-check.ts';
import {
  batchesOf,
  cnnStarts,
  type DenseStart,
  denseStarts,
  embeddingStarts,
  imageBatchesOf,
  lstmStarts,
  type Start,
  sequenceBatchesOf,
  textBatchesOf,
} from './training-inputs.ts';

/** A model and its training data. */
interface Training {
  readonly layers: readonly Weighted[];
  /** Functions that create the tensors of a batch. */
  readonly batches: readonly (() => { readonly x: TfTensor; readonly y: TfTensor })[];
  readonly lossOf: (labels: TfTensor, predictions: TfTensor) => TfTensor;
}

/** A layer and its initial weights. If initial weights are missing, the layer keeps those that it creates itself. */
interface Weighted {
  readonly layer: TfLayer;
  readonly weights?: readonly TfTensor[];
}

/** Prepares training of a sequential model by `minimize`, with Adam. Unlike `trainOnBatch`, it reads no loss after each step. */
function training(tf: Tf, { layers, batches, lossOf }: Training): Prepared {
  const model = tf.sequential();
  for (const { layer, weights } of layers) {
    model.add(layer);
    if (weights === undefined) continue;
    layer.setWeights(weights);
    for (const each of weights) each.dispose();
  }
  const optimizer = tf.train.adam(0.001);
  const variables = model.trainableWeights.map((each) => each.read());
  let position = 0;
  const train = (): TfTensor => {
    const { x, y } = batches[position]();
    position = (position + 1) % batches.length;
    const lossOfBatch = () => lossOf(y, model.apply(x, { training: true }));
    try {
      return tf.tidy(() => optimizer.minimize(lossOfBatch, true, variables));
    } catch (error) {
      throw isMissingKernel(error) ? new BeyondLibrary(error.message.split('\n')[0]) : error;
    } finally {
      x.dispose();
      y.dispose();
    }
  };
  return preparedTraining(train, () => {
    optimizer.dispose();
    model.dispose();
  });
}

function isMissingKernel(error: unknown): error is Error {
  return error instanceof Error && /^Kernel '\w+' not registered/.test(error.message);
}

function weight(tf: Tf, { shape, kernel }: Start): TfTensor {
  return tf.tensor(kernel, shape);
}

function zeros(tf: Tf, length: number): TfTensor {
  return tf.tensor(new Float32Array(length), [length]);
}

/** Creates dense layers, all but the last with a ReLU. */
function denses(tf: Tf, starts: readonly DenseStart[], first: Readonly<Record<string, unknown>> = {}): Weighted[] {
  return starts.map((start, index) => ({
    layer: tf.layers.dense({
      units: start.outputs,
      ...(index < starts.length - 1 && { activation: 'relu' }),
      ...(index === 0 && first),
    }),
    weights: [weight(tf, start), zeros(tf, start.outputs)],
  }));
}

function classBatches(
  tf: Tf,
  batches: ReturnType<typeof batchesOf>,
  shape: readonly number[],
  classes: number,
): Training['batches'] {
  return batches.map(({ images, labels }) => () => ({
    x: tf.tensor(images, shape),
    y: tf.tidy(() => tf.oneHot(tf.tensor(labels, [shape[0]], 'int32'), classes)),
  }));
}

/** Prepares training of the image classifier, for the benchmark `cnn-step`. */
export function cnnStep(tf: Tf, task: TaskOf<'cnn-step'>): Prepared {
  const { filters, denses: denseLayers } = cnnStarts(task);
  const convolutions = filters.flatMap((start, index): Weighted[] => [
    {
      layer: tf.layers.conv2d({
        filters: start.shape[3],
        kernelSize: task.kernel,
        activation: 'relu',
        ...(index === 0 && { inputShape: task.image }),
      }),
      weights: [weight(tf, start), zeros(tf, start.shape[3])],
    },
    { layer: tf.layers.maxPooling2d({ poolSize: task.pool }) },
  ]);
  const classes = task.units[task.units.length - 1];
  return training(tf, {
    layers: [...convolutions, { layer: tf.layers.flatten() }, ...denses(tf, denseLayers)],
    batches: classBatches(tf, imageBatchesOf(task), [task.batch, ...task.image], classes),
    lossOf: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits),
  });
}

/** Prepares training of the dense classifier with batch normalization and dropout. The check omits dropout, which is random. */
export function normalizedMlpStep(tf: Tf, task: TaskOf<'bn-mlp-step'>): Prepared {
  const trainingWith = (rate: number): Prepared => {
    const starts = denseStarts(task);
    const layers = starts.flatMap((start, index): Weighted[] => [
      ...denses(tf, [start], index === 0 ? { inputShape: [start.inputs] } : {}),
      ...(index === starts.length - 1
        ? []
        : [
            { layer: tf.layers.batchNormalization() },
            { layer: tf.layers.reLU() },
            { layer: tf.layers.dropout({ rate }) },
          ]),
    ]);
    return training(tf, {
      layers,
      batches: classBatches(tf, batchesOf(task), [task.batch, task.units[0]], task.units[task.units.length - 1]),
      lossOf: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits),
    });
  };
  return checkedBy(trainingWith(0), trainingWith(task.dropout));
}

/** Prepares training of the LSTM, for the benchmark `lstm-step`. */
export function lstmStep(tf: Tf, task: TaskOf<'lstm-step'>): Prepared {
  const { kernel, recurrent, bias, denses: denseLayers } = lstmStarts(task);
  const layer = tf.layers.lstm({
    units: task.hidden,
    inputShape: [task.steps, task.inputs],
    recurrentActivation: 'sigmoid',
  });
  const weights = [weight(tf, kernel), weight(tf, recurrent), tf.tensor(bias, [bias.length])];
  return training(tf, {
    layers: [{ layer, weights }, ...denses(tf, denseLayers)],
    batches: classBatches(tf, sequenceBatchesOf(task), [task.batch, task.steps, task.inputs], task.classes),
    lossOf: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits),
  });
}

/** Prepares training of the text classifier, for the benchmark `embedding-step`. */
export function embeddingStep(tf: Tf, task: TaskOf<'embedding-step'>): Prepared {
  const { table, denses: denseLayers } = embeddingStarts(task);
  const embedding = tf.layers.embedding({
    inputDim: task.vocabulary,
    outputDim: task.width,
    inputLength: task.tokens,
  });
  return training(tf, {
    layers: [
      { layer: embedding, weights: [weight(tf, table)] },
      { layer: tf.layers.globalAveragePooling1d() },
      ...denses(tf, denseLayers),
    ],
    batches: textBatchesOf(task).map(({ tokens, labels }) => () => ({
      x: tf.tensor(tokens, [task.batch, task.tokens], 'int32'),
      y: tf.tensor(labels, [task.batch, 1]),
    })),
    lossOf: (labels, logits) => tf.losses.sigmoidCrossEntropy(labels, logits),
  });
}
