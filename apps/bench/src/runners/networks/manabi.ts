import { fromHost, jit, mean, profile, realize, softmaxCrossEntropy, Tensor } from '@manabi/core';
import type { NetworkKind, TaskOf } from '../../task-table.ts';
import { type MakersOf, meanMagnitude } from '../library.ts';
import { hostBatches, type Network, training } from '../manabi-training.ts';
import type { Prepared } from '../prepared.ts';
import { batchesOf } from '../training-inputs.ts';
import { gpt } from './gpt.ts';
import { modelOf, pixelsOf } from './models.ts';

/** Creates an image classifier to train, as a function of its weights. */
async function classifier(task: TaskOf<'network-step'>): Promise<Network> {
  const image = [task.size, task.size, 3];
  const model = await modelOf(task.network, image, task.classes);
  const { trainable, state } = model.values();
  const inputs = image.reduce((product, length) => product * length, 1);
  return {
    params: trainable,
    carried: state,
    learningRate: task.learningRate,
    batches: hostBatches(batchesOf({ ...task, units: [inputs, task.classes] }), [task.batch, ...image]),
    lossOf: (params, x, y, { carried, key }) => {
      const { outputs, updates } = model.run({ trainable: params, state: carried }, x, { training: true, key });
      return [mean(softmaxCrossEntropy(single(outputs), y)), { ...carried, ...updates }];
    },
  };
}

async function prediction(task: TaskOf<'predict'>): Promise<Prepared> {
  const model = await modelOf(task.network, task.image);
  const values = model.values();
  const x = await realize(fromHost(pixelsOf(task)));
  const run = jit((weights: typeof values, images: Tensor) => single(model.run(weights, images).outputs), {
    name: 'predict',
  });
  return {
    step: async () => {
      (await run(values, x)).dispose();
    },
    check: async () => meanMagnitude(await (await run(values, x)).data()),
    steps: () => profile(run, values, x),
    dispose: () => {
      for (const each of [x, ...Object.values(values.trainable), ...Object.values(values.state)]) each.dispose();
    },
  };
}

/** Returns the only output of a network. */
function single(outputs: ReturnType<Awaited<ReturnType<typeof modelOf>>['run']>['outputs']): Tensor {
  if (outputs instanceof Tensor) return outputs;
  throw new Error('Expected a network with one output.');
}

/** Prepare the tasks of networks with functions that `jit` compiles. */
export const networkMakers: MakersOf<NetworkKind> = {
  'gpt-step': (task) => training(gpt(task)),
  'network-step': async (task) => training(await classifier(task)),
  predict: prediction,
};
