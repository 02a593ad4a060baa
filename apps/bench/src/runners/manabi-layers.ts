import { setThreads } from '@manabi/backend-cpu';
import { type HostArray, hostArray, setBackend } from '@manabi/core';
import '@manabi/backend-cpu/register';
import { type Layer, layers, losses, sequential } from '@manabi/layers';
import { adam } from '@manabi/optimizers';
import type { NetworkKind, TaskOf } from '../task-table.ts';
import type { Library, Makers, MakersOf, NotApplicable } from './library.ts';
import { type HostBatch, hostBatches } from './manabi-training.ts';
import type { ModelTraining } from './networks/layers.ts';
import type { Prepared } from './prepared.ts';
import { type RunnerSettings, serve } from './serve.ts';
import { checkedBy, checkedLoss } from './training-check.ts';
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

/** A layer and its initial weights. If initial weights are missing, the layer keeps those that it creates itself. */
interface Weighted {
  readonly layer: Layer;
  readonly weights?: readonly HostArray[];
}

type LossName = 'sparseCategoricalCrossentropy' | 'binaryCrossentropy';

/** Prepares training of a sequential model by `trainOnBatch`, with Adam. */
function training(loss: LossName, stack: readonly Weighted[], batches: readonly HostBatch[]): Prepared {
  const model = sequential(stack.map(({ layer }) => layer));
  for (const { layer, weights } of stack) if (weights !== undefined) layer.setWeights(weights);
  return modelTraining(loss, { model, batches, learningRate: 0.001 });
}

/** Prepares training of a model by `trainOnBatch`, with Adam. */
function modelTraining(loss: LossName, { model, batches, learningRate }: ModelTraining): Prepared {
  model.compile({ optimizer: adam({ learningRate }), loss: losses[loss]({ fromLogits: true }) });
  let last = Number.NaN;
  let position = 0;
  const step = async (): Promise<void> => {
    const { x, y } = batches[position];
    position = (position + 1) % batches.length;
    const logs = await model.trainOnBatch(x, y);
    last = logs.loss;
  };
  return {
    step,
    check: () => checkedLoss(step, () => last),
    dispose: () => {
      for (const { value } of model.weights) value.dispose();
    },
  };
}

function weight({ shape, kernel }: Start): HostArray {
  return hostArray('float32', shape, kernel);
}

function zeros(length: number): HostArray {
  return hostArray('float32', [length], new Float32Array(length));
}

/** Creates dense layers, all but the last with a ReLU. */
function denses(starts: readonly DenseStart[]): Weighted[] {
  return starts.map((start, index) => ({
    layer: layers.dense({
      units: start.outputs,
      ...(index < starts.length - 1 && { activation: 'relu' as const }),
      inputShape: [start.inputs],
    }),
    weights: [weight(start), zeros(start.outputs)],
  }));
}

function mlpStep(task: TaskOf<'mlp-step'>): Prepared {
  const batches = hostBatches(batchesOf(task), [task.batch, task.units[0]]);
  return training('sparseCategoricalCrossentropy', denses(denseStarts(task)), batches);
}

function cnnStep(task: TaskOf<'cnn-step'>): Prepared {
  const { filters, denses: denseLayers } = cnnStarts(task);
  const convolutions = filters.flatMap((start, index): Weighted[] => [
    {
      layer: layers.conv2d({
        filters: start.shape[3],
        kernelSize: task.kernel,
        activation: 'relu',
        ...(index === 0 && { inputShape: task.image }),
      }),
      weights: [weight(start), zeros(start.shape[3])],
    },
    { layer: layers.maxPooling2d({ poolSize: task.pool }) },
  ]);
  const batches = hostBatches(imageBatchesOf(task), [task.batch, ...task.image]);
  const stack = [...convolutions, { layer: layers.flatten() }, ...denses(denseLayers)];
  return training('sparseCategoricalCrossentropy', stack, batches);
}

function normalizedMlpStep(task: TaskOf<'bn-mlp-step'>): Prepared {
  const starts = denseStarts(task);
  const stack = starts.flatMap((start, index): Weighted[] => [
    ...denses([start]),
    ...(index === starts.length - 1
      ? []
      : [
          { layer: layers.batchNormalization() },
          { layer: layers.activation({ activation: 'relu' }) },
          { layer: layers.dropout({ rate: task.dropout }) },
        ]),
  ]);
  const batches = hostBatches(batchesOf(task), [task.batch, task.units[0]]);
  return training('sparseCategoricalCrossentropy', stack, batches);
}

function lstmStep(task: TaskOf<'lstm-step'>): Prepared {
  const { kernel, recurrent, bias, denses: denseLayers } = lstmStarts(task);
  const layer = layers.lstm({ units: task.hidden, inputShape: [task.steps, task.inputs] });
  const weights = [weight(kernel), weight(recurrent), hostArray('float32', [bias.length], bias)];
  const batches = hostBatches(sequenceBatchesOf(task), [task.batch, task.steps, task.inputs]);
  return training('sparseCategoricalCrossentropy', [{ layer, weights }, ...denses(denseLayers)], batches);
}

function embeddingStep(task: TaskOf<'embedding-step'>): Prepared {
  const { table, denses: denseLayers } = embeddingStarts(task);
  const embedding = layers.embedding({
    inputDim: task.vocabulary,
    outputDim: task.width,
    inputShape: [task.tokens],
  });
  const batches = textBatchesOf(task).map(({ tokens, labels }) => ({
    x: hostArray('int32', [task.batch, task.tokens], tokens),
    y: hostArray('float32', [task.batch, 1], labels),
  }));
  const stack = [
    { layer: embedding, weights: [weight(table)] },
    { layer: layers.globalAveragePooling1d() },
    ...denses(denseLayers),
  ];
  return training('binaryCrossentropy', stack, batches);
}

function functionsOnly(): NotApplicable {
  return { notApplicable: 'not a network of layers' };
}

const makers: Makers & Pick<MakersOf<NetworkKind>, 'gpt-step' | 'network-step'> = {
  matmul: functionsOnly,
  elementwise: functionsOnly,
  reduce: functionsOnly,
  softmax: functionsOnly,
  replay: functionsOnly,
  'mlp-step': mlpStep,
  'cnn-step': cnnStep,
  'bn-mlp-step': (task) => checkedBy(normalizedMlpStep({ ...task, dropout: 0 }), normalizedMlpStep(task)),
  'lstm-step': lstmStep,
  'embedding-step': embeddingStep,
  'gpt-step': async (task) => {
    const { transformer } = await import('./networks/layers.ts');
    return modelTraining('sparseCategoricalCrossentropy', transformer(task));
  },
  'network-step': async (task) => {
    const { classifier } = await import('./networks/layers.ts');
    return modelTraining('sparseCategoricalCrossentropy', await classifier(task));
  },
};

async function load({ variant, threads }: RunnerSettings): Promise<Library> {
  setThreads(threads);
  await setBackend(variant);
  return { version: 'source', threads, note: null, makers };
}

await serve(load);
