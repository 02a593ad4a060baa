import {
  dispatch,
  fromHost,
  type HostArray,
  hostArray,
  isTensor,
  type JitArguments,
  type Jitted,
  jit,
  realize,
  type Tensor,
} from '@manabi/core';
import type { Datum } from '../../data/arrays.ts';
import type { Batch } from '../../data/batch.ts';
import type { Padding } from '../../data/padding.ts';
import type { ModelValues } from '../../networks/run.ts';
import type { Compilation } from '../objective/compile.ts';
import type { Objective, Totals } from '../objective/objective.ts';
import type { StepGradients, Weights } from '../objective/step-gradients.ts';
import { apply } from './apply.ts';
import { customStep } from './custom-step.ts';
import { type GradientInputs, gradients, type StepBatch, stepKey } from './gradients.ts';
import { type Carried, type FusedStep, fusedStep, testStep } from './steps.ts';
import type { Trainable } from './train-step.ts';

/** A step that was handed to the backend's queue. */
export interface Dispatched<R> {
  /** Result of the step. Its tensors can be used at once, but are computed later. */
  readonly result: R;
  /** Resolves when the step has run; rejects with its error. */
  readonly done: Promise<unknown>;
}

/** Inputs of a training step. */
export interface TrainInputs {
  /** Values that the step replaces by new ones. They are donated. */
  readonly carried: Carried;
  /** Copies of the values before the step, which are used in place of the result if the step fails. */
  readonly before: Pick<Carried, 'trainable' | 'state' | 'updates'>;
  readonly frozen: ModelValues['state'];
  readonly key: Tensor;
  readonly batch: Batch;
  readonly isUpdate: boolean;
}

/** Inputs for computing gradients without updating weights. */
export interface GradientRun extends Omit<GradientInputs, 'batch' | 'key'> {
  /** Random key of the training. The key of a step is derived from it and the number of the step. */
  readonly key: Tensor;
  /** Number of updates of the weights made so far. */
  readonly step: Tensor;
  readonly batch: Batch;
}

/** Inputs for updating weights with gradients. */
export interface UpdateRun {
  /** Values that the update replaces by new ones. They are donated. */
  readonly carried: Updatable;
  /** Copies of the values before the update, which are used in place of the result if the update fails. */
  readonly before: Updatable;
  readonly gradients: Weights;
  readonly isUpdate: boolean;
}

/** The values that an update of the weights changes. */
export type Updatable = Pick<Carried, 'trainable' | 'updates'>;

/** A jitted training step, and the arguments of a call of it. */
export interface StepCall {
  readonly step: Jitted<Parameters<FusedStep>, unknown>;
  /** Arguments with the shapes and dtypes of the call. Some of the tensors were donated, so their values are gone. */
  readonly args: JitArguments<Parameters<FusedStep>>;
}

/** Functions that run the steps of a compiled model. */
export interface RunSteps {
  /** Dispatches a training step. Its results can be stored as the new weights and state before they are computed. */
  train(inputs: TrainInputs): Dispatched<Carried>;
  /**
   * Dispatches the computation of gradients, the first half of a step, and adds the losses and metrics of the batch to
   * the sums. The passed sums are donated.
   */
  gradients(inputs: GradientRun): Dispatched<StepGradients & { readonly totals: Totals }>;
  /**
   * Evaluates a batch, and adds its losses and metrics to the sums. The passed sums are donated.
   *
   * @param padding number of samples to pad the batch to, if padding provably does not change the results
   */
  test(totals: Totals, values: ModelValues, batch: Batch, padding: Padding): Promise<Totals>;
  /** Computes the losses and metrics of an epoch from their sums over batches. */
  values(totals: Totals): Promise<Tensor>;
  /** Returns the last call of a jitted training step; null if there was none. */
  lastCall(): StepCall | null;
}

/**
 * Returns the functions that run the steps of a model. Each is traced and compiled once per batch shape; with `jit:
 * false`, it runs operator by operator.
 */
export function runSteps(model: Trainable, compilation: Compilation, objective: Objective): RunSteps {
  const own = model.trainStep?.bind(model);
  const train =
    own === undefined ? fusedStep(model, compilation, objective) : customStep(model, compilation, objective, own);
  const gradientsOf = (
    totals: Totals,
    weights: Pick<GradientInputs, 'trainable' | 'state' | 'frozen' | 'lossScale'>,
    { key, step }: Pick<GradientRun, 'key' | 'step'>,
    batch: StepBatch,
  ) => gradients(model, objective, { ...weights, totals, key: stepKey(key, step), batch });
  const test = testStep(model, objective);
  const values = (totals: Totals): Tensor => objective.values(totals);
  if (!compilation.jit) {
    return {
      train: ({ carried, before, frozen, key, batch, isUpdate }) => {
        const result = train(carried, frozen, key, onTensors(batch), isUpdate);
        return { result, done: realize(result, { fallback: (next) => pairs(next, before) }) };
      },
      gradients: ({ trainable, state, frozen, lossScale, totals, key, step, batch }) => {
        const result = gradientsOf(totals, { trainable, state, frozen, lossScale }, { key, step }, onTensors(batch));
        return { result, done: realize(result) };
      },
      test: (totals, weights, batch) => realize(test(totals, weights, onTensors(batch), null)),
      values: (totals) => realize(values(totals)),
      lastCall: () => null,
    };
  }
  const jitted = {
    train: jit(train, { name: 'trainStep', donate: [0] }),
    gradients: jit(gradientsOf, { name: 'gradients', donate: [0] }),
    test: jit(test, { name: 'testStep', donate: [0], batched: [2], rowMask: 3 }),
    values: jit(values, { name: 'logs' }),
  };
  let last: StepCall | null = null;
  return {
    train: ({ carried, before, frozen, key, batch, isUpdate }) => {
      const args = [carried, frozen, key, batch, isUpdate] as const;
      last = { step: jitted.train, args };
      return dispatch(jitted.train, args, { fallback: (next) => pairs(next, before) });
    },
    gradients: ({ trainable, state, frozen, lossScale, totals, key, step, batch }) =>
      dispatch(jitted.gradients, [totals, { trainable, state, frozen, lossScale }, { key, step }, batch]),
    test: async (totals, weights, batch, padding) => {
      const isExact = padding === 'none' || !objective.takesRowMasks;
      const rowMask = isExact ? null : allRows(batch);
      const batchSize = isExact ? batch.x[0].shape[0] : padding === 'series' ? null : padding;
      const { result, done } = dispatch(jitted.test, [totals, weights, batch, rowMask], { batchSize });
      await done;
      return result;
    },
    values: (totals) => jitted.values(totals),
    lastCall: () => last,
  };
}

/** Returns the function that runs the second half of a step, for gradients that other code may have changed. */
export function runUpdates(model: Trainable, compilation: Compilation): (inputs: UpdateRun) => Dispatched<Updatable> {
  const update = ({ trainable, updates }: Updatable, found: Weights, isUpdate: boolean): Updatable => {
    const next = apply(compilation, trainable, found, updates, isUpdate, (weights) => model.constrain(weights));
    return { trainable: next.trainable, updates: next.state };
  };
  if (!compilation.jit) {
    return ({ carried, before, gradients: found, isUpdate }) => {
      const result = update(carried, found, isUpdate);
      return { result, done: realize(result, { fallback: (next) => pairs(next, before) }) };
    };
  }
  const jitted = jit(update, { name: 'applyGradients', donate: [0] });
  return ({ carried, before, gradients: found, isUpdate }) =>
    dispatch(jitted, [carried, found, isUpdate], { fallback: (next) => pairs(next, before) });
}

/** Yields the pairs of tensors that have the same path in two nested objects. */
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

/** Returns a mask for a batch without padding: true for all samples. */
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
