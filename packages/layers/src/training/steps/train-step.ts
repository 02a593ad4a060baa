import { add, ManabiError, random, type Tensor } from '@manabi/core';
import { functionOf, readArgument, recordOf } from '@manabi/errors';
import { nearestNames } from '@manabi/errors/internal';
import { CallContext, type Run } from '../../call/context.ts';
import { maskOf } from '../../call/masks.ts';
import type { Layer } from '../../layer/layer.ts';
import { layerKind } from '../../layer/layer-kind.ts';
import { keyedVariables } from '../../networks/keyed-variables.ts';
import type { Network } from '../../networks/network.ts';
import { weightPenalties } from '../../networks/run.ts';
import { checkReturned, tensorKind } from '../../structure/check-tensor.ts';
import { toList } from '../../structure/nested.ts';
import type { Variable } from '../../variables/variable.ts';
import type { Compilation } from '../objective/compile.ts';
import type { Objective, Totals } from '../objective/objective.ts';
import type { Weights } from '../objective/step-gradients.ts';
import { apply, type UpdateState } from './apply.ts';
import { inputsOf, type StepBatch } from './gradients.ts';
import { scaledGradients } from './scaled-gradients.ts';

/** A loss with its gradients, by the paths of the weights. */
export interface LossGradients {
  readonly loss: Tensor;
  readonly gradients: Weights;
}

/** Logs of a custom training step: float scalars with the names in `stepLogs`. `fit` logs their means over an epoch. */
export type StepLogs = Readonly<Record<string, Tensor>>;

/**
 * A training step during tracing, for models that override `trainStep`. It calls layers with the current weights,
 * computes gradients and applies updates, as often as `trainStep` asks for it. All of this is compiled to one plan.
 *
 * @example
 * ```ts
 * import { layers, mul, Sequential, type StepBatch, tensor, type TrainStep } from 'manabi';
 *
 * class Doubled extends Sequential {
 *   override readonly stepLogs = ['doubled'];
 *   override trainStep(step: TrainStep, batch: StepBatch) {
 *     const { loss, gradients } = step.gradients(() => step.loss(batch)); // the default step
 *     step.applyGradients(gradients);
 *     return { doubled: mul(loss, 2) };
 *   }
 * }
 * const model = new Doubled([layers.dense({ units: 1, kernelInitializer: 'zeros', inputShape: [1] })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * console.log(await model.trainOnBatch(tensor([[1]]), tensor([[2]]))); // { loss: 4, doubled: 8 }
 * ```
 */
export interface TrainStep {
  /**
   * Context to call layers with, such as `this.generator.apply(noise, step.context)`. Layers run in training mode and
   * read the current weights, including updates that were made earlier in this step.
   */
  readonly context: CallContext;
  /** Returns a new random key, different in each call and step. A repeated step gets the same keys. */
  key(): Tensor;
  /**
   * Computes the compiled loss of a batch: its losses, those added by layers, and regularizers. The losses and metrics
   * that `fit` logs then include this batch. Within `gradients`, the loss is computed from the weights that are
   * differentiated.
   *
   * @throws ManabiError `argument` if there is no loss; `shape` if labels and outputs do not match
   */
  loss(batch: StepBatch): Tensor;
  /**
   * Returns the regularization penalties of all trainable weights, and the losses that layers have added in the
   * function passed to `gradients`. Add them to a custom loss; `loss` already includes them.
   */
  addedLosses(): readonly Tensor[];
  /**
   * Computes a loss and its gradients with respect to trainable weights. State that layers update meanwhile, such as
   * moving statistics, is stored. To differentiate only one layer of the model: `step.gradients((context) =>
   * lossOf(this.critic, context), this.critic)`.
   *
   * @param lossOf function that computes a scalar loss; call layers with the context that it receives
   * @param of layer with respect to whose weights to differentiate (default: the model)
   * @throws ManabiError `argument` for a layer without trainable weights in the model, and for nested calls; as
   * documented at `valueAndGrad`
   */
  gradients(lossOf: (context: CallContext) => Tensor, of?: Layer): LossGradients;
  /**
   * Updates the weights that have gradients with the compiled optimizer, like Keras's `optimizer.apply_gradients`.
   * Accumulation, moving averages and constraints are applied as in every step. The optimizer counts one step for a
   * whole training step, and another each time the same weights are updated again.
   *
   * @param gradients gradients by path, as `gradients` returns them
   * @throws ManabiError `argument` for paths that are not trainable weights, and in the function passed to `gradients`
   */
  applyGradients(gradients: Weights): void;
}

/** A model that may have a custom training step. */
export interface OwnStep {
  /** See `Model.trainStep`; missing in models with the default training step. */
  trainStep?(step: TrainStep, batch: StepBatch): StepLogs;
  /** Names of the logs that the step returns. */
  readonly stepLogs: readonly string[];
}

/** A network that can be trained, with the default training step or a custom one. */
export type Trainable = Network & OwnStep;

/** Values with which a training step starts. */
export interface StepStart {
  readonly trainable: Weights;
  readonly state: Weights;
  readonly frozen: Weights;
  readonly updates: UpdateState;
  readonly totals: Totals;
  /** Random key of the step. */
  readonly key: Tensor;
  readonly isUpdate: boolean;
}

/** Where layers read weights while a function is traced, and where their losses and updates are collected. */
interface Scope {
  readonly context: CallContext;
  readonly losses: Tensor[];
  readonly updates: Map<Variable, Tensor>;
  /** Weights with respect to which a loss is differentiated, used in place of the step's weights. */
  readonly trainable: Weights;
  totals: Totals;
}

/** A training step while it is traced: the current values of weights and state, and the losses and logs so far. */
export class TracedStep implements TrainStep {
  readonly #network: Network;
  readonly #compilation: Compilation;
  readonly #objective: Objective;
  readonly #paths: ReadonlyMap<Variable, string>;
  readonly #frozen: Weights;
  readonly #isUpdate: boolean;
  readonly #key: Tensor;
  readonly #firstStep: Tensor;
  /** Number of updates of each weight in this training step. */
  readonly #made = new Map<string, number>();
  #keys = 0;
  #trainable: Weights;
  #state: Weights;
  #updates: UpdateState;
  #scope: Scope;
  #isDifferentiating = false;
  #hasLoss = false;

  constructor(network: Network, compilation: Compilation, objective: Objective, start: StepStart) {
    this.#network = network;
    this.#compilation = compilation;
    this.#objective = objective;
    this.#paths = new Map([...keyedVariables(network)].map(([path, variable]) => [variable, path]));
    this.#trainable = start.trainable;
    this.#state = start.state;
    this.#frozen = start.frozen;
    this.#updates = start.updates;
    this.#firstStep = start.updates.optimizer.step;
    this.#key = start.key;
    this.#isUpdate = start.isUpdate;
    this.#scope = this.#open({}, start.totals);
  }

  get context(): CallContext {
    return this.#scope.context;
  }

  key(): Tensor {
    return random.foldIn(this.#key, this.#keys++);
  }

  loss(batch: StepBatch): Tensor {
    const scope = this.#scope;
    const before = scope.losses.length;
    const outputs = this.#network.forward(inputsOf(this.#network, batch.x), scope.context);
    const losses = [...scope.losses.slice(before), ...this.#penalties()];
    const masks = toList(outputs).map(maskOf);
    const { loss, totals } = this.#objective.apply(scope.totals, null, batch, { outputs, masks, updates: {}, losses });
    scope.totals = totals;
    this.#hasLoss = true;
    return loss;
  }

  addedLosses(): readonly Tensor[] {
    return [...this.#scope.losses, ...this.#penalties()];
  }

  gradients(lossOf: (context: CallContext) => Tensor, of: Layer = this.#network): LossGradients {
    readArgument('gradients', 'lossOf', lossOf, functionOf('a function (context) => loss'));
    readArgument('gradients', 'of', of, layerKind);
    if (this.#isDifferentiating) throw nested();
    const trained = new Set(of.trainableWeights.flatMap((variable) => this.#paths.get(variable) ?? []));
    const weights = Object.fromEntries(Object.entries(this.#trainable).filter(([path]) => trained.has(path)));
    if (Object.keys(weights).length === 0) throw nothingTrained(of);
    const outer = this.#scope;
    this.#keepState(outer);
    const lossAt = (differentiated: Weights) => {
      const scope = this.#open(differentiated, outer.totals);
      this.#scope = scope;
      const loss = checkReturned('gradients', 'The loss function', lossOf(scope.context));
      return [loss, { state: this.#byPath(scope.updates), totals: scope.totals }] as const;
    };
    this.#isDifferentiating = true;
    try {
      const scale = this.#updates.optimizer.lossScale?.dynamicScale ?? null;
      const { loss, gradients, aux } = scaledGradients(lossAt, weights, scale);
      const { state, totals } = aux;
      this.#state = { ...this.#state, ...state };
      outer.totals = totals;
      return { loss, gradients };
    } finally {
      this.#isDifferentiating = false;
      this.#scope = outer;
    }
  }

  applyGradients(gradients: Weights): void {
    readArgument('applyGradients', 'gradients', gradients, recordOf(tensorKind));
    if (this.#isDifferentiating) throw nested();
    const paths = Object.keys(gradients);
    for (const path of paths) if (!(path in this.#trainable)) throw notTrained(path, this.#trainable);
    const made = Math.max(0, ...paths.map((path) => this.#made.get(path) ?? 0));
    const { optimizer } = this.#updates;
    const step = made === 0 ? this.#firstStep : add(this.#firstStep, made);
    const before = { ...this.#updates, optimizer: { ...optimizer, step } };
    const next = apply(this.#compilation, this.#trainable, gradients, before, this.#isUpdate, (weights) =>
      this.#network.constrain(weights),
    );
    const isFurthest = [...this.#made.values()].every((count) => count <= made);
    const last = isFurthest ? next.state.optimizer.step : optimizer.step;
    this.#trainable = next.trainable;
    this.#updates = { ...next.state, optimizer: { ...next.state.optimizer, step: last } };
    if (this.#isUpdate) for (const path of paths) this.#made.set(path, made + 1);
  }

  /** Returns the values at the end of the step. */
  end(): Pick<StepStart, 'trainable' | 'state' | 'updates' | 'totals'> & { readonly hasLoss: boolean } {
    this.#keepState(this.#scope);
    return {
      trainable: this.#trainable,
      state: this.#state,
      updates: this.#updates,
      totals: this.#scope.totals,
      hasLoss: this.#hasLoss,
    };
  }

  /** Stores state that layers updated while a function was traced as state of the step. */
  #keepState({ updates }: Scope): void {
    this.#state = { ...this.#state, ...this.#byPath(updates) };
    updates.clear();
  }

  #open(trainable: Weights, totals: Totals): Scope {
    const losses: Tensor[] = [];
    const updates = new Map<Variable, Tensor>();
    const run: Run = {
      probing: false,
      holds: (variable) => this.#paths.has(variable),
      read: (variable) => updates.get(variable) ?? this.#valueOf(variable, trainable),
      update: (variable, value) => {
        updates.set(variable, value);
      },
      addLoss: (loss) => {
        losses.push(loss);
      },
      key: () => this.key(),
    };
    return { context: new CallContext(run, { training: true }), losses, updates, trainable, totals };
  }

  #valueOf(variable: Variable, differentiated: Weights): Tensor {
    const path = this.#paths.get(variable);
    const value =
      path === undefined
        ? undefined
        : (differentiated[path] ?? this.#trainable[path] ?? this.#state[path] ?? this.#frozen[path]);
    if (value !== undefined) return value;
    throw new ManabiError(
      'argument',
      `trainStep calls a layer with the weight ${variable.path}, which does not belong to '${this.#network.name}'. Keep the ` +
        'layer in a field of the model.',
      { op: 'trainStep', data: { variable: variable.path, model: this.#network.name } },
    );
  }

  #penalties(): readonly Tensor[] {
    return weightPenalties(this.#network, (variable) => this.#scope.context.read(variable));
  }

  #byPath(updates: ReadonlyMap<Variable, Tensor>): Weights {
    return Object.fromEntries(
      [...updates].map(([variable, value]) => [this.#paths.get(variable) ?? variable.path, value]),
    );
  }
}

function nested(): ManabiError {
  const message =
    'gradients and applyGradients must not be called within the function passed to gradients. Call them after it.';
  return new ManabiError('argument', message, { op: 'trainStep', data: {} });
}

function nothingTrained({ name }: Layer): ManabiError {
  const message = `'${name}' has no trainable weights in the model. Unfreeze it, build it, or keep it in a field of the model.`;
  return new ManabiError('argument', message, { op: 'gradients', data: { layer: name } });
}

function notTrained(path: string, trainable: Weights): ManabiError {
  const nearest = nearestNames(path, Object.keys(trainable));
  return new ManabiError(
    'argument',
    `\`gradients\` has '${path}', which is not a trainable weight. Trainable weights include: ` +
      `${(nearest.length > 0 ? nearest : Object.keys(trainable)).slice(0, 5).join(', ')}.`,
    { op: 'applyGradients', data: { path, nearest } },
  );
}
