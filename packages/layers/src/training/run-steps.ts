import { dispatch, fromHost, type HostArray, hostArray, isTensor, jit, realize, type Tensor } from '@manabi/core';
import type { Model } from '../model/model.ts';
import type { ModelValues } from '../networks/run.ts';
import type { Datum } from './arrays.ts';
import type { Batch } from './batch.ts';
import type { Compilation } from './compile.ts';
import type { Objective, Totals } from './objective.ts';
import type { Padding } from './padding.ts';
import { type Carried, type StepBatch, testStep, trainStep } from './steps.ts';

/** A step that has begun. */
export interface Begun<R> {
  /** What it computes, pending until it has run. */
  readonly result: R;
  /** Resolves when it has run; rejects with what it failed with. */
  readonly done: Promise<unknown>;
}

/** What a training step is run on. */
export interface TrainInputs {
  /** Given away. */
  readonly carried: Carried;
  /** What is there instead of the result if the step fails. */
  readonly before: Pick<Carried, 'trainable' | 'state' | 'updates'>;
  readonly frozen: ModelValues['state'];
  readonly key: Tensor;
  readonly batch: Batch;
  readonly isUpdate: boolean;
}

/** The steps of a compiled model, as they are run. */
export interface RunSteps {
  /** Begins a training step: weights and state can be set to its results at once. */
  train(inputs: TrainInputs): Begun<Carried>;
  /**
   * One step of an evaluation; the totals are given away.
   *
   * @param padding samples to pad the batch to, where that is proven to change nothing
   */
  test(totals: Totals, values: ModelValues, batch: Batch, padding: Padding): Promise<Totals>;
  /** What totals come to. */
  values(totals: Totals): Promise<Tensor>;
}

/** The steps of a model, each traced and compiled once for each shape of batch; without `jit`, run plainly. */
export function runSteps(model: Model, compilation: Compilation, objective: Objective): RunSteps {
  const train = trainStep(model, compilation, objective);
  const test = testStep(model, objective);
  const values = (totals: Totals): Tensor => objective.values(totals);
  if (!compilation.jit) {
    return {
      train: ({ carried, before, frozen, key, batch, isUpdate }) => {
        const result = train(carried, frozen, key, onTensors(batch), isUpdate);
        return { result, done: realize(result, { fallback: (next) => pairs(next, before) }) };
      },
      test: (totals, weights, batch) => realize(test(totals, weights, onTensors(batch), null)),
      values: (totals) => realize(values(totals)),
    };
  }
  const jitted = {
    train: jit(train, { name: 'trainStep', donate: [0] }),
    test: jit(test, { name: 'testStep', donate: [0], batched: [2], rowMask: 3 }),
    values: jit(values, { name: 'logs' }),
  };
  return {
    train: ({ carried, before, frozen, key, batch, isUpdate }) =>
      dispatch(jitted.train, [carried, frozen, key, batch, isUpdate], { fallback: (next) => pairs(next, before) }),
    test: async (totals, weights, batch, padding) => {
      const isExact = padding === 'none' || !objective.takesRowMasks;
      const rowMask = isExact ? null : allRows(batch);
      const batchSize = isExact ? batch.x[0].shape[0] : padding === 'series' ? null : padding;
      const { result, done } = dispatch(jitted.test, [totals, weights, batch, rowMask], { batchSize });
      await done;
      return result;
    },
    values: (totals) => jitted.values(totals),
  };
}

/** The tensors of two trees that stand in the same place. */
function* pairs(next: unknown, before: unknown): Generator<readonly [next: Tensor, before: Tensor]> {
  if (isTensor(next)) {
    if (isTensor(before)) yield [next, before];
    return;
  }
  if (!isRecord(next) || !isRecord(before)) return;
  for (const [name, part] of Object.entries(next)) yield* pairs(part, before[name]);
}

function isRecord(tree: unknown): tree is Readonly<Record<string, unknown>> {
  return typeof tree === 'object' && tree !== null;
}

/** A mask by which all samples of a batch count. */
function allRows({ x }: Batch): HostArray {
  const [rows] = x[0].shape;
  return hostArray('bool', [rows], new Uint8Array(rows).fill(1));
}

function onTensors({ x, y, weights }: Batch): StepBatch {
  const optional = (datum: Datum | null): Tensor | null => (datum === null ? null : onTensor(datum));
  return { x: x.map(onTensor), y: y.map(optional), weights: weights.map(optional) };
}

function onTensor(datum: Datum): Tensor {
  return isTensor(datum) ? datum : fromHost(datum);
}
