import { clone, ManabiError, realize, scalar, type Tensor } from '@manabi/core';
import { notNegative, readArgument } from '@manabi/errors';
import type { OptimizerState } from '@manabi/optimizers';
import type { Model } from '../models/model.ts';
import type { Compilation } from './compile.ts';
import { optimizerStateKind, type TrainerState } from './training-state.ts';
import { initialUpdateState, type UpdateState } from './updates.ts';
import { read, type WeightLayout, weightLayout, write } from './weight-layout.ts';

type Weights = Readonly<Record<string, Tensor>>;

/** The part of a trainer's state that updates of the weights depend on. */
type Memory = Pick<TrainerState, 'optimizer' | 'gradients' | 'pending' | 'average' | 'averagesInUse'>;

/** What is remembered between updates of a model's weights: the optimizer's state, gradients that wait, averages. */
export abstract class UpdateMemory {
  readonly compilation: Compilation;
  protected readonly model: Model;
  #updates: UpdateState | null = null;
  /** Batches since the last update. */
  #pending = 0;
  /** Whether the moving averages stand in the model, and the trained weights in their place. */
  #averagesInUse = false;

  constructor(model: Model, compilation: Compilation) {
    this.model = model;
    this.compilation = compilation;
  }

  /** How the model's weights are trained. */
  protected get layout(): WeightLayout {
    return weightLayout(this.model);
  }

  /** All of it. */
  protected memory(): Memory {
    const { optimizer = null, gradients = null, average = null } = this.#updates ?? {};
    return { optimizer, gradients, average, pending: this.#pending, averagesInUse: this.#averagesInUse };
  }

  /** Takes over what another one remembered. */
  protected setMemory({ optimizer, gradients, average, pending, averagesInUse }: Memory): void {
    this.#updates = optimizer === null ? null : { optimizer, gradients, average };
    this.#pending = pending;
    this.#averagesInUse = averagesInUse;
  }

  /** Runs a step, which is given what is remembered, and remembers what it returns. */
  protected async update<Next extends { readonly updates: UpdateState }>(
    step: (updates: UpdateState, isUpdate: boolean) => Promise<Next>,
  ): Promise<Next> {
    if (this.#averagesInUse) this.useAverages(false);
    const isUpdate = this.#pending + 1 === this.compilation.accumulationSteps;
    const next = await step(this.#started, isUpdate);
    this.#pending = isUpdate ? 0 : this.#pending + 1;
    this.#updates = next.updates;
    return next;
  }

  /** State of the optimizer; null before the first step. */
  get optimizerState(): OptimizerState<Weights> | null {
    return this.#updates?.optimizer ?? null;
  }

  /** Sets the state of the optimizer, as from a checkpoint; gradients that wait are forgotten. */
  setOptimizerState(optimizer: OptimizerState<Weights>): void {
    readArgument('setOptimizerState', 'optimizer', optimizer, optimizerStateKind);
    this.#updates = { ...this.#started, optimizer, gradients: null };
    this.#pending = 0;
  }

  /** Number of updates made so far. */
  iterations(): Promise<number> {
    return this.#started.optimizer.step.item();
  }

  /** The learning rate of the next update. */
  learningRate(): Promise<number> {
    return this.compilation.optimizer.learningRate(this.#started.optimizer).item();
  }

  /** Sets the learning rate of all updates to come; a schedule does not count any more. */
  setLearningRate(rate: number): void {
    readArgument('setLearningRate', 'rate', rate, notNegative);
    const updates = this.#started;
    const { dtype } = this.compilation.optimizer.learningRate(updates.optimizer);
    this.#updates = { ...updates, optimizer: { ...updates.optimizer, learningRate: scalar(rate, { dtype }) } };
  }

  /**
   * Exchanges the weights of the model for their moving averages, or the averages for the weights again; nothing, if it
   * is so already. Training goes on from the weights.
   *
   * @throws ManabiError `argument` if the model is not compiled with `useEma`
   */
  useAverages(inUse: boolean): void {
    const { average } = this.#started;
    if (average === null) {
      throw new ManabiError(
        'argument',
        `There are no averages of the weights of '${this.model.name}'. Compile it with useEma: true.`,
        { op: 'useAverages', data: { model: this.model.name } },
      );
    }
    if (inUse === this.#averagesInUse) return;
    const trainable = this.layout.trainable;
    this.#updates = { ...this.#started, average: read(trainable) };
    write(trainable, average);
    this.#averagesInUse = inUse;
  }

  /** Puts the moving averages in place of the weights, if there are any. */
  async finalize(): Promise<void> {
    if (this.#averagesInUse) this.useAverages(false);
    const average = this.#updates?.average ?? null;
    if (average === null) return;
    write(this.layout.trainable, await realize(mapRecord(average, clone)));
  }

  get #started(): UpdateState {
    this.#updates ??= initialUpdateState(this.compilation, read(this.layout.trainable));
    return this.#updates;
  }
}

function mapRecord(record: Weights, f: (tensor: Tensor) => Tensor): Weights {
  return Object.fromEntries(Object.entries(record).map(([path, tensor]) => [path, f(tensor)]));
}
