import { fromHost, type HostArray, type Tensor } from '@manabi/core';
import { FileError } from '@manabi/files';
import type { Model } from '@manabi/layers';
import { type OptimizerVariable, optimizerVariables } from './optimizer-variables.ts';
import { groupIn, numberedDatasets, toDtype, type WeightsSource } from './read-weights.ts';

/**
 * Reads the state of a compiled model's optimizer, if the file has one: training goes on where it stopped.
 *
 * @throws FileError `corrupt` for a state that is none of this optimizer and model
 */
export async function readOptimizer({ name: source, root }: WeightsSource, { trainer, name }: Model): Promise<void> {
  const group = groupIn(root, ['optimizer', 'vars']);
  if (group === undefined) return;
  const datasets = numberedDatasets(group);
  // Makes the state of the first step, whose slots are filled below.
  await trainer.iterations();
  const state = trainer.optimizerState;
  if (state === null) return;
  const { optimizer } = trainer.compilation;
  const [firstSlot = {}] = Object.values(state.slots);
  const order = optimizerVariables(
    optimizer.className,
    state.slots,
    state.learningRate !== null,
    Object.keys(firstSlot),
  );
  const isFresh = datasets.length === order.filter(({ kind }) => kind !== 'slot' && kind !== 'shared').length;
  if (!isFresh && datasets.length !== order.length) throw otherState(source, name, order.length, datasets.length);
  const slots: Record<string, Record<string, Tensor>> = Object.fromEntries(
    Object.entries(state.slots).map(([slot, values]) => [slot, { ...values }]),
  );
  let { step, learningRate } = state;
  const put = (variable: OptimizerVariable, value: (like: Tensor) => Tensor): void => {
    switch (variable.kind) {
      case 'iterations':
        step = value(step);
        break;
      case 'learningRate':
        if (learningRate !== null) learningRate = value(learningRate);
        break;
      case 'slot':
        slots[variable.slot][variable.path] = value(slots[variable.slot][variable.path]);
        break;
      case 'shared':
        for (const path of Object.keys(slots[variable.slot])) {
          slots[variable.slot][path] = value(slots[variable.slot][path]);
        }
    }
  };
  datasets.forEach((dataset, i) => {
    const array = dataset.read();
    put(order[i], (like) => fitting(source, dataset.path, array, like));
  });
  trainer.setOptimizerState({ step, learningRate, slots });
}

function fitting(source: string, place: string, array: HostArray, like: Tensor): Tensor {
  if (array.shape.length === like.rank && array.shape.every((length, axis) => length === like.shape[axis])) {
    return fromHost(toDtype(array, like.dtype));
  }
  throw new FileError(
    'corrupt',
    `${source} holds the state of another optimizer: ${place} is [${array.shape.join(', ')}], not ` +
      `[${like.shape.join(', ')}]. Load the model with { compile: false }.`,
    { data: { source, place, expected: like.shape, got: array.shape } },
  );
}

function otherState(source: string, model: string, expected: number, got: number): FileError {
  return new FileError(
    'corrupt',
    `${source} holds the state of another optimizer: ${got} variables, where the one of '${model}' has ${expected}. ` +
      'Was something frozen or thawed since it was compiled? Load the model with { compile: false }, and compile it anew.',
    { data: { source, model, expected, got } },
  );
}
