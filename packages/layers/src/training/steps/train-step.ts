import { add, ManabiError, random, type Tensor, valueAndGrad } from '@manabi/core';
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

/** A loss with its gradients, by the paths of the weights. */
export interface LossGradients {
  readonly loss: Tensor;
  readonly gradients: Weights;
}

/** What a step tells of itself, by the names in `stepLogs`: float scalars, whose means over an epoch `fit` logs. */
export type StepLogs = Readonly<Record<string, Tensor>>;

/**
 * A training step while it is traced, for models that override `trainStep`: it calls layers with the weights of this
 * moment, differentiates, and updates, as often and in whichever order the method says. All of it becomes one plan.
 *
 * @example
 * ```ts
 * class Doubled extends Model {
 *   override trainStep(step: TrainStep, batch: StepBatch) {
 *     const { loss, gradients } = step.gradients(() => step.loss(batch)); // what fit does by itself
 *     step.applyGradients(gradients);
 *     return {};
 *   }
 * }
 * ```
 */
export interface TrainStep {
  /**
   * The context to call layers with: they behave as in training, and read the weights of this moment, after the updates that
   * were made.
   *
   * @example `const images = this.generator.apply(noise, step.context);`
   */
  readonly context: CallContext;
  /** A fresh random key, a different one for each call and step, the same again when the step is repeated. */
  key(): Tensor;
  /**
   * What the model is compiled to minimize, for a batch: its losses, those that layers add, and regularizers. Losses and
   * metrics that `fit` logs take the batch in. Within `gradients`, weights are those that are differentiated.
   *
   * @throws ManabiError `argument` if there is no loss; `shape` if labels and outputs do not fit
   */
  loss(batch: StepBatch): Tensor;
  /**
   * What layers that were called added to the loss within this function of `gradients`, and the regularizers of all
   * trained weights, for losses of your own; `loss` has both already.
   */
  addedLosses(): readonly Tensor[];
  /**
   * Computes a loss and its gradients with respect to trained weights. State that layers update within it, such as moving
   * statistics, is kept.
   *
   * @param lossOf makes one float of what layers make, called with the context that it is given
   * @param of whose weights: by default all of the model
   * @throws ManabiError `argument` for a layer that has no trained weights in the model, and within itself; as `valueAndGrad`
   * @example
   * ```ts
   * const { loss, gradients } = step.gradients(
   *   (context) => mean(square(sub(this.critic.apply(images, context), 1))),
   *   this.critic,
   * );
   * ```
   */
  gradients(lossOf: (context: CallContext) => Tensor, of?: Layer): LossGradients;
  /**
   * Updates weights with the compiled optimizer, as Keras's `optimizer.apply_gradients`: those that there are gradients
   * for. Accumulation, averages of the weights and constraints follow as in every step. The optimizer counts one step,
   * unless the same weights are updated again.
   *
   * @param gradients by path, as `gradients` returns them
   * @throws ManabiError `argument` for paths that are not trained, and within `gradients`
   */
  applyGradients(gradients: Weights): void;
}

/** A training step of a model's own. */
export interface OwnStep {
  /** See `Model.trainStep`; left out where `fit` has its own step. */
  trainStep?(step: TrainStep, batch: StepBatch): StepLogs;
  /** Names of the logs that it returns. */
  readonly stepLogs: readonly string[];
}

/** A network that is trained, by a step of its own or that of `fit`. */
export type Trainable = Network & OwnStep;

/** What a step begins with. */
export interface StepStart {
  readonly trainable: Weights;
  readonly state: Weights;
  readonly frozen: Weights;
  readonly updates: UpdateState;
  readonly totals: Totals;
  /** The step's own random key. */
  readonly key: Tensor;
  readonly isUpdate: boolean;
}

/** Where layers that are called read weights, and what they leave. */
interface Scope {
  readonly context: CallContext;
  readonly losses: Tensor[];
  readonly updates: Map<Variable, Tensor>;
  /** Weights that are differentiated, in place of those of the step. */
  readonly trainable: Weights;
  totals: Totals;
}

/** A step of a network: the values of this moment, and what was made of them so far. */
export class TracedStep implements TrainStep {
  readonly #network: Network;
  readonly #compilation: Compilation;
  readonly #objective: Objective;
  readonly #paths: ReadonlyMap<Variable, string>;
  readonly #frozen: Weights;
  readonly #isUpdate: boolean;
  readonly #key: Tensor;
  readonly #firstStep: Tensor;
  /** Updates that each weight had in this step. */
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
      const [[loss, { state, totals }], gradients] = valueAndGrad(lossAt, { hasAux: true })(weights);
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

  /** What the step came to. */
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

  /** Lets what layers updated be the state of the step from here on. */
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
      `trainStep calls a layer with the weight ${variable.path}, which '${this.#network.name}' does not hold. Keep the ` +
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
  const message = 'gradients and applyGradients cannot be called within the function of gradients: call them after it.';
  return new ManabiError('argument', message, { op: 'trainStep', data: {} });
}

function nothingTrained({ name }: Layer): ManabiError {
  const message = `'${name}' has no trained weights in the model: it is frozen, not built, or not one of its layers.`;
  return new ManabiError('argument', message, { op: 'gradients', data: { layer: name } });
}

function notTrained(path: string, trainable: Weights): ManabiError {
  const nearest = nearestNames(path, Object.keys(trainable));
  return new ManabiError(
    'argument',
    `There is a gradient for '${path}', which is not a trained weight of the model. Trained weights include: ` +
      `${(nearest.length > 0 ? nearest : Object.keys(trainable)).slice(0, 5).join(', ')}.`,
    { op: 'applyGradients', data: { path, nearest } },
  );
}
