import { fromHost, isTensor, jit, realize, type Tensor } from '@manabi/core';
import type { Model } from '../models/model.ts';
import type { ModelValues } from '../models/run.ts';
import type { Datum } from './arrays.ts';
import type { Batch } from './batch.ts';
import type { Compilation } from './compile.ts';
import type { Objective, Totals } from './objective.ts';
import { type Carried, type StepBatch, testStep, trainStep } from './steps.ts';

/** The steps of a compiled model, as they are run. */
export interface RunSteps {
  /** One training step; all that is carried is given away. */
  train(carried: Carried, frozen: ModelValues['state'], key: Tensor, batch: Batch, isUpdate: boolean): Promise<Carried>;
  /** One step of an evaluation; the totals are given away. */
  test(totals: Totals, values: ModelValues, batch: Batch): Promise<Totals>;
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
      train: (carried, frozen, key, batch, isUpdate) =>
        realize(train(carried, frozen, key, onTensors(batch), isUpdate)),
      test: (totals, weights, batch) => realize(test(totals, weights, onTensors(batch))),
      values: (totals) => realize(values(totals)),
    };
  }
  const jitted = {
    train: jit(train, { name: 'trainStep', donate: [0] }),
    test: jit(test, { name: 'testStep', donate: [0] }),
    values: jit(values, { name: 'logs' }),
  };
  return {
    train: (carried, frozen, key, batch, isUpdate) => jitted.train(carried, frozen, key, batch, isUpdate),
    test: (totals, weights, batch) => jitted.test(totals, weights, batch),
    values: (totals) => jitted.values(totals),
  };
}

function onTensors({ x, y, weights }: Batch): StepBatch {
  const optional = (datum: Datum | null): Tensor | null => (datum === null ? null : onTensor(datum));
  return { x: x.map(onTensor), y: y.map(optional), weights: weights.map(optional) };
}

function onTensor(datum: Datum): Tensor {
  return isTensor(datum) ? datum : fromHost(datum);
}
