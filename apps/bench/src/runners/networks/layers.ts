import { hostArray } from '@manabi/core';
import { input, layers, type Model, model, type SymbolicTensor } from '@manabi/layers';
import type { TaskOf } from '../../task-table.ts';
import { type HostBatch, hostBatches } from '../manabi-training.ts';
import type { Start } from '../training-inputs.ts';
import { batchesOf } from '../training-inputs.ts';
import { type BlockStarts, gptStarts, tokenBatchesOf } from './gpt-inputs.ts';
import { modelOf } from './models.ts';

/** A model with initial weights, and its training data. */
export interface ModelTraining {
  readonly model: Model;
  readonly batches: readonly HostBatch[];
  readonly learningRate: number;
}

/** Creates an image classifier and its batches. */
export async function classifier(task: TaskOf<'network-step'>): Promise<ModelTraining> {
  const image = [task.size, task.size, 3];
  const inputs = image.reduce((product, length) => product * length, 1);
  return {
    model: await modelOf(task.network, image, task.classes),
    batches: hostBatches(batchesOf({ ...task, units: [inputs, task.classes] }), [task.batch, ...image]),
    learningRate: task.learningRate,
  };
}

/** Creates the transformer and its batches. */
export function transformer(task: TaskOf<'gpt-step'>): ModelTraining {
  const { batch, tokens, width, heads, vocabulary } = task;
  const { embedding, blocks, head } = gptStarts(task);
  const sequence = input({ shape: [tokens], dtype: 'int32' });
  const table = layers.embedding({ inputDim: vocabulary, outputDim: width });
  let x: SymbolicTensor = table.apply(sequence);
  table.setWeights([shaped(embedding)]);
  for (const start of blocks) x = block(x, start, heads);
  const last = layers.dense({ units: vocabulary });
  const outputs = last.apply(layers.layerNormalization().apply(x));
  last.setWeights(withBias(head));
  return {
    model: model({ inputs: sequence, outputs }),
    batches: tokenBatchesOf(task).map((each) => ({
      x: hostArray('int32', [batch, tokens], each.tokens),
      y: hostArray('int32', [batch, tokens], each.labels),
    })),
    learningRate: 0.001,
  };
}

function block(x: SymbolicTensor, starts: BlockStarts, heads: number): SymbolicTensor {
  const [width, hidden] = starts.up.shape;
  const features = width / heads;
  const attention = layers.multiHeadAttention({ numHeads: heads, keyDim: features });
  const before = layers.layerNormalization().apply(x);
  const attended = layers.add().apply([x, attention.apply([before, before], { useCausalMask: true })]);
  const { query, key, value, output } = starts;
  attention.setWeights([
    ...[query, key, value].flatMap((start) => [shaped(start, [width, heads, features]), zeros(heads, features)]),
    ...[shaped(output, [heads, features, width]), zeros(width)],
  ]);
  const up = layers.dense({ units: hidden, activation: 'gelu' });
  const down = layers.dense({ units: width });
  const result = down.apply(up.apply(layers.layerNormalization().apply(attended)));
  up.setWeights(withBias(starts.up));
  down.setWeights(withBias(starts.down));
  return layers.add().apply([attended, result]);
}

function withBias(start: Start) {
  return [shaped(start), zeros(start.shape[1])];
}

function shaped({ shape, kernel }: Start, as = shape) {
  return hostArray('float32', as, kernel);
}

function zeros(...shape: number[]) {
  return hostArray('float32', shape, new Float32Array(shape.reduce((product, length) => product * length, 1)));
}
