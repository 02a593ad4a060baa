import { fromHost, type HostArray, scalar, type Tensor } from '@manabi/core';
import { FileError } from '@manabi/files';
import type { Model } from '@manabi/layers';
import type { Hdf5Dataset } from '../../hdf5/open.ts';
import { numberedDatasets } from './numbered-datasets.ts';
import { type OptimizerVariable, variablesOf } from './optimizer-variables.ts';
import { groupIn, toDtype } from './read-weights.ts';
import type { WeightsSource } from './weights-source.ts';

/**
 * Reads the optimizer's state into a compiled model, if the file contains one, so that training continues.
 *
 * @throws FileError `corrupt` for a state that does not fit the optimizer and model
 */
export async function readOptimizer({ name: source, root }: WeightsSource, model: Model): Promise<void> {
  const group = await groupIn(root, ['optimizer', 'vars']);
  if (group !== undefined) await restoreOptimizer(source, await numberedDatasets(group), model);
}

/**
 * Sets the optimizer's state of a compiled model to that in a file.
 *
 * @param datasets variables of the optimizer in Keras's order
 * @param hasRate whether the learning rate is among them, as in Keras 3
 * @throws FileError `corrupt` for a state that does not fit the optimizer and model
 */
export async function restoreOptimizer(
  source: string,
  datasets: readonly Hdf5Dataset[],
  model: Model,
  hasRate = true,
): Promise<void> {
  const trainer = await model.loadTrainer();
  // Creates the initial state of the optimizer, whose values are replaced below.
  await trainer.iterations();
  const before = trainer.state();
  if (before.optimizer === null) return;
  const order = variablesOf(model, before.optimizer).filter(({ kind }) => hasRate || kind !== 'learningRate');
  // For a model that was compiled but never trained, Keras writes only the number of iterations and the learning rate.
  const untrained = order.filter(({ kind }) => WITHOUT_TRAINING.has(kind));
  const found = datasets.length === order.length ? order : untrained;
  if (datasets.length !== found.length) throw otherState(source, model.name, order.length, datasets.length);
  const weights = model.values().trainable;
  const { slots, ...own } = before.optimizer;
  const next = {
    ...own,
    slots: mapRecord(slots, (values) => ({ ...values })),
    average: { ...before.average },
    gradients: { ...before.gradients },
    batches: 0,
  };
  for (const [i, dataset] of datasets.entries()) {
    const variable = found[i];
    const array = await dataset.read();
    const value = (like: Tensor): Tensor => fitting(source, dataset.path, array, like);
    switch (variable.kind) {
      case 'unusedIterations':
      case 'unusedRate':
        break;
      case 'stepCounter':
      case 'dynamicScale':
        if (next.lossScale !== undefined) {
          next.lossScale = { ...next.lossScale, [variable.kind]: value(next.lossScale[variable.kind]) };
        }
        break;
      case 'iterations':
        next.step = value(own.step);
        next.batches = await next.step.item();
        break;
      case 'learningRate':
        if (own.learningRate !== null) next.learningRate = value(own.learningRate);
        break;
      case 'average':
      case 'gradient':
        next[variable.kind === 'average' ? 'average' : 'gradients'][variable.path] = value(weights[variable.path]);
        break;
      case 'slot':
        next.slots[variable.slot][variable.path] = value(slots[variable.slot][variable.path]);
        break;
      case 'shared':
        next.slots[variable.slot] = mapRecord(slots[variable.slot], value);
    }
  }
  const { accumulationSteps } = model.compilation;
  const pending = next.batches % accumulationSteps;
  const updates = (next.batches - pending) / accumulationSteps;
  trainer.setState({
    ...before,
    optimizer: {
      step: scalar(updates, { dtype: 'int32' }),
      learningRate: next.learningRate,
      slots: next.slots,
      ...(next.lossScale === undefined ? {} : { lossScale: next.lossScale }),
    },
    average: before.average === null ? null : next.average,
    gradients: pending === 0 ? null : next.gradients,
    pending,
  });
}

/** Variables that a model has before its first step. */
const WITHOUT_TRAINING: ReadonlySet<OptimizerVariable['kind']> = new Set([
  'unusedIterations',
  'unusedRate',
  'iterations',
  'learningRate',
]);

function mapRecord<T, U>(record: Readonly<Record<string, T>>, f: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));
}

function fitting(source: string, path: string, array: HostArray, like: Tensor): Tensor {
  if (array.shape.length === like.rank && array.shape.every((length, axis) => length === like.shape[axis])) {
    return fromHost(toDtype(array, like.dtype));
  }
  throw new FileError(
    'corrupt',
    `The optimizer state in ${source} does not fit the model: ${path} has shape [${array.shape.join(', ')}], expected ` +
      `[${like.shape.join(', ')}]. Load the model with { compile: false }.`,
    { data: { source, place: path, expected: like.shape, got: array.shape } },
  );
}

function otherState(source: string, model: string, expected: number, got: number): FileError {
  return new FileError(
    'corrupt',
    `The optimizer state in ${source} has ${got} variables, but the optimizer of '${model}' has ${expected}: layers may have ` +
      'been frozen or unfrozen after compile(). Load the model with { compile: false }, then compile it again.',
    { data: { source, model, expected, got } },
  );
}
