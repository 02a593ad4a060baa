import type { Tensor } from '@manabi/core';
import type { Model, StateReader, StateValue, TrainerState, TrainingProgress } from '@manabi/layers';
import { keyedVariables } from '@manabi/layers/internal';
import { checkDType, type InputType, inputTypesOf } from './input-type.ts';

type Weights = Readonly<Record<string, Tensor>>;

/** Decoded content of a checkpoint file. */
export interface CheckpointState {
  /**
   * Values of all variables of the model, trained weights and other state such as moving statistics, by path in the
   * model.
   */
  readonly values: Weights;
  /**
   * Dtypes and shapes of the model inputs, used to build a model before it is restored; null if the saved model was not
   * built.
   */
  readonly inputs: readonly InputType[] | null;
  /** Name of the optimizer; null for a model that is not compiled. */
  readonly optimizer: string | null;
  readonly trainer: TrainerState | null;
  /** Progress of the running `fit`; null outside `fit`. */
  readonly progress: TrainingProgress | null;
}

/**
 * Returns what a checkpoint of a model contains. If the model is being trained, waits for the end of the current step.
 */
export async function stateOf(model: Model): Promise<CheckpointState> {
  if (!model.compiled) return presentState(model);
  const trainer = model.isTrainerLoaded ? model.trainer : await model.loadTrainer();
  return trainer.whenSettled(() => presentState(model));
}

async function presentState(model: Model): Promise<CheckpointState> {
  const values: Record<string, Tensor> = {};
  for (const [path, { value }] of keyedVariables(model)) values[path] = value;
  return {
    values,
    inputs: inputTypesOf(model),
    optimizer: model.compiled ? model.compilation.optimizer.name : null,
    trainer: model.compiled ? model.trainer.state() : null,
    progress: model.compiled ? await model.trainer.progress() : null,
  };
}

/** Converts the content of a checkpoint to nested objects of plain values and tensors. */
export function toTree({ values, inputs, optimizer, trainer, progress }: CheckpointState): StateValue {
  return {
    values,
    inputs: inputs?.map(({ dtype, shape, isInList }) => ({ dtype, shape, isInList })) ?? null,
    optimizer,
    trainer: trainer === null ? null : trainerTree(trainer),
    progress: progress === null ? null : progressTree(progress),
  };
}

function trainerTree({ optimizer, gradients, average, batchPlace, stream, ...others }: TrainerState): StateValue {
  return {
    ...others,
    optimizer: optimizer === null ? null : optimizerTree(optimizer),
    gradients,
    average,
    batchPlace: batchPlace === null ? null : { ...batchPlace },
    stream: { ...stream },
  };
}

function optimizerTree({ lossScale, slots, ...others }: NonNullable<TrainerState['optimizer']>): StateValue {
  const tree = { ...others, slots: { ...slots } };
  return lossScale === undefined ? tree : { ...tree, lossScale: { ...lossScale } };
}

function progressTree({ place, data, labels, ...others }: TrainingProgress): StateValue {
  return {
    ...others,
    place: { ...place },
    data: { ...data },
    labels: labels.map((type) => ({ dtype: type?.dtype ?? null, shape: [...(type?.shape ?? [])] })),
  };
}

/** Converts the nested objects read from a file back to the content of a checkpoint. */
export function fromTree(tree: StateReader): CheckpointState {
  const trainer = tree.recordOrNull('trainer');
  const progress = tree.recordOrNull('progress');
  return {
    values: tree.tensors('values'),
    inputs: tree.state.inputs === null ? null : tree.records('inputs').map(inputFrom),
    optimizer: tree.textOrNull('optimizer'),
    trainer: trainer === null ? null : trainerFrom(trainer),
    progress: progress === null ? null : progressFrom(progress),
  };
}

function inputFrom(input: StateReader): InputType {
  const shape = input.list('shape').map((length) => (typeof length === 'number' ? length : null));
  return { dtype: checkDType(input.text('dtype')), shape, isInList: input.boolean('isInList') };
}

function trainerFrom(tree: StateReader): TrainerState {
  const optimizer = tree.recordOrNull('optimizer');
  const batchPlace = tree.recordOrNull('batchPlace');
  return {
    optimizer: optimizer === null ? null : optimizerFrom(optimizer),
    gradients: tree.state.gradients === null ? null : tree.tensors('gradients'),
    average: tree.state.average === null ? null : tree.tensors('average'),
    pending: tree.count('pending'),
    averagesInUse: tree.boolean('averagesInUse'),
    trainings: tree.count('trainings'),
    batchPlace: batchPlace === null ? null : streamPositionFrom(batchPlace),
    stream: streamPositionFrom(tree.record('stream')),
  };
}

function optimizerFrom(tree: StateReader): NonNullable<TrainerState['optimizer']> {
  const slots = tree.record('slots');
  const scale = tree.names.includes('lossScale') ? tree.record('lossScale') : null;
  return {
    ...(scale === null
      ? {}
      : { lossScale: { dynamicScale: scale.tensor('dynamicScale'), stepCounter: scale.tensor('stepCounter') } }),
    step: tree.tensor('step'),
    learningRate: tree.tensorOrNull('learningRate'),
    slots: Object.fromEntries(slots.names.map((name) => [name, slots.tensors(name)])),
  };
}

function streamPositionFrom(tree: StateReader): TrainerState['stream'] {
  return { seed: tree.count('seed'), count: tree.count('count') };
}

function progressFrom(tree: StateReader): TrainingProgress {
  const data = tree.record('data');
  const logs = tree.record('logs');
  const callbacks = tree.record('callbacks');
  return {
    epoch: tree.count('epoch'),
    step: tree.count('step'),
    steps: tree.numberOrNull('steps'),
    stopped: tree.boolean('stopped'),
    place: streamPositionFrom(tree.record('place')),
    data: { pass: data.count('pass'), batches: data.count('batches') },
    validations: tree.count('validations'),
    totals: tree.tensorList('totals'),
    labels: tree.records('labels').map(labelFrom),
    logs: Object.fromEntries(logs.names.map((name) => [name, logs.number(name)])),
    callbacks: Object.fromEntries(callbacks.names.map((name) => [name, callbacks.record(name).state])),
  };
}

function labelFrom(label: StateReader): TrainingProgress['labels'][number] {
  const dtype = label.textOrNull('dtype');
  return dtype === null ? null : { dtype: checkDType(dtype), shape: label.numbers('shape') };
}
