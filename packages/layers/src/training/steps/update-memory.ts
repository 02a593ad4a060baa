import { clone, ManabiError, realize, scalar, type Tensor, tree } from '@manabi/core';
import { notNegative, readArgument } from '@manabi/errors';
import type { OptimizerState } from '@manabi/optimizers';
import type { Compilation } from '../objective/compile.ts';
import { initialUpdateState, type UpdateState } from './apply.ts';
import type { Dispatched } from './run-steps.ts';
import type { Trainable } from './train-step.ts';
import { optimizerStateKind, type TrainerState } from './training-state.ts';
import { readToKeep, type WeightLayout, weightLayout, write } from './weight-layout.ts';

type Weights = Readonly<Record<string, Tensor>>;

/** The values in a trainer's state on which updates of the weights depend. */
type Memory = Pick<TrainerState, 'optimizer' | 'gradients' | 'pending' | 'average' | 'averagesInUse'>;

/** Values that one update passes to the next. */
interface Remembered {
  readonly updates: UpdateState;
  /** Number of batches since the last update of the weights. */
  readonly pending: number;
  /** Whether other code uses the tensors, so that they must not be donated. */
  isShared: boolean;
}

/**
 * Stores what one update of the weights passes to the next: optimizer state, accumulated gradients, moving averages.
 */
export abstract class UpdateMemory {
  readonly compilation: Compilation;
  protected readonly model: Trainable;
  #remembered: Remembered | null = null;
  /**
   * The moving averages while the model has them as weights; the trained weights are then stored in the place of the
   * averages.
   */
  #averagesInUse: Weights | null = null;

  constructor(model: Trainable, compilation: Compilation) {
    this.model = model;
    this.compilation = compilation;
  }

  /** Which weights of the model the optimizer changes, which the model changes itself, and which are frozen. */
  protected get layout(): WeightLayout {
    return weightLayout(this.model);
  }

  /** Returns all stored values; their tensors stay valid. */
  protected memory(): Memory {
    const averagesInUse = this.#averagesInUse !== null;
    const remembered = this.#remembered;
    if (remembered === null) return { optimizer: null, gradients: null, average: null, pending: 0, averagesInUse };
    remembered.isShared = true;
    return { ...remembered.updates, pending: remembered.pending, averagesInUse };
  }

  /** Sets all stored values. The model must already have the weights that belong to them. */
  protected setMemory({ optimizer, gradients, average, pending, averagesInUse }: Memory): void {
    const updates = optimizer === null ? null : { optimizer, gradients, average };
    this.#remembered = updates === null ? null : { updates, pending, isShared: true };
    this.#averagesInUse = averagesInUse ? readToKeep(this.layout.trainable) : null;
  }

  /**
   * Dispatches a step that receives the stored values, and stores those that it returns. If the step fails, the
   * previous values are kept.
   */
  protected update<Next extends { readonly updates: UpdateState }>(
    begin: (updates: UpdateState, isUpdate: boolean, before: UpdateState, pending: number) => Dispatched<Next>,
  ): Dispatched<Next> {
    if (this.#averagesInUse !== null) this.useAverages(false);
    const before = this.#started;
    const { updates, pending, isShared } = before;
    const isUpdate = pending + 1 === this.compilation.accumulationSteps;
    const begun = begin(isShared ? tree.map(clone, updates) : updates, isUpdate, updates, pending);
    const after = { updates: begun.result.updates, pending: isUpdate ? 0 : pending + 1, isShared: false };
    this.#remembered = after;
    begun.done.catch(() => {
      if (this.#remembered === after) this.#remembered = before;
    });
    return begun;
  }

  /** State of the optimizer; null before the first step. Its tensors stay valid. */
  get optimizerState(): OptimizerState<Weights> | null {
    return this.memory().optimizer;
  }

  /** Sets the state of the optimizer, for example from a checkpoint. Accumulated gradients are discarded. */
  setOptimizerState(optimizer: OptimizerState<Weights>): void {
    readArgument('setOptimizerState', 'optimizer', optimizer, optimizerStateKind);
    const updates = { ...this.#started.updates, optimizer, gradients: null };
    this.#remembered = { updates, pending: 0, isShared: true };
  }

  /** Number of batches since the last update of the weights. */
  protected get pending(): number {
    return this.#started.pending;
  }

  /** Number of updates of the weights so far, as a tensor for the next step. */
  protected get stepCount(): Tensor {
    return this.#started.updates.optimizer.step;
  }

  /** Factor of the loss in the next step; null for none. */
  protected get lossScale(): Tensor | null {
    return this.#started.updates.optimizer.lossScale?.dynamicScale ?? null;
  }

  /** Reads the number of updates of the weights so far. */
  iterations(): Promise<number> {
    return this.#started.updates.optimizer.step.item();
  }

  /** Reads the learning rate of the next update. */
  learningRate(): Promise<number> {
    return this.compilation.optimizer.learningRate(this.#started.updates.optimizer).item();
  }

  /** Sets the learning rate of all further updates; it replaces the optimizer's learning rate schedule. */
  setLearningRate(rate: number): void {
    readArgument('setLearningRate', 'rate', rate, notNegative);
    const { updates, ...others } = this.#started;
    const { dtype } = this.compilation.optimizer.learningRate(updates.optimizer);
    const optimizer = { ...updates.optimizer, learningRate: scalar(rate, { dtype }) };
    this.#remembered = { ...others, updates: { ...updates, optimizer } };
  }

  /**
   * With true, replaces the weights of the model by their moving averages; with false, restores the weights. Does
   * nothing if the model already has them. Training continues with the trained weights, or, if other weights were set
   * meanwhile, with those.
   *
   * @throws ManabiError `argument` if the model was not compiled with `useEma`
   */
  useAverages(inUse: boolean): void {
    const { updates, pending } = this.#started;
    const { average } = updates;
    if (average === null) {
      throw new ManabiError(
        'argument',
        `'${this.model.name}' has no moving averages of its weights. Compile it with useEma: true.`,
        { op: 'useAverages', data: { model: this.model.name } },
      );
    }
    const swapped = this.#averagesInUse;
    if (inUse === (swapped !== null)) return;
    const { trainable } = this.layout;
    const present = readToKeep(trainable);
    if (swapped === null) {
      this.#remembered = { updates: { ...updates, average: present }, pending, isShared: true };
      write(trainable, average);
      this.#averagesInUse = average;
    } else {
      this.#remembered = { updates: { ...updates, average: swapped }, pending, isShared: true };
      write(
        trainable,
        mapRecord(present, (weight, path) => (weight === swapped[path] ? average[path] : weight)),
      );
      this.#averagesInUse = null;
    }
  }

  /** Replaces the weights by their moving averages, for a model compiled with `useEma`. */
  async finalize(): Promise<void> {
    if (this.#averagesInUse !== null) this.useAverages(false);
    const average = this.#remembered?.updates.average ?? null;
    if (average === null) return;
    const copies = mapRecord(average, clone);
    write(this.layout.trainable, copies);
    await realize(copies);
  }

  get #started(): Remembered {
    this.#remembered ??= {
      updates: initialUpdateState(this.compilation, readToKeep(this.layout.trainable)),
      pending: 0,
      isShared: false,
    };
    return withoutLostGradients(this.#remembered);
  }
}

/** Discards accumulated gradients if the step that computed them failed. */
function withoutLostGradients(remembered: Remembered): Remembered {
  const { updates } = remembered;
  const isLost = tree.leaves(updates.gradients).some(({ state }) => state === 'failed');
  return isLost ? { ...remembered, updates: { ...updates, gradients: null }, pending: 0 } : remembered;
}

function mapRecord(record: Weights, f: (tensor: Tensor, path: string) => Tensor): Weights {
  return Object.fromEntries(Object.entries(record).map(([path, tensor]) => [path, f(tensor, path)]));
}
