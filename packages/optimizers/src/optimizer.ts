import type { DType, Tensor } from '@manabi/core';

/**
 * A learning rate as a function of the number of updates made so far: int32 scalar to float scalar.
 *
 * @param dtype dtype to compute in: float64 if a parameter is float64 (default: float32)
 */
export interface Schedule {
  (step: Tensor, dtype?: DType): Tensor;
  /** Class name in Keras, such as `ExponentialDecay`; required to save an optimizer that uses the schedule. */
  readonly className?: string;
  /** Options the schedule was created with, under Keras's names in camelCase. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * State of an optimizer between updates. It consists of tensors only, so it can be passed to jitted functions, donated,
 * saved and restored like the parameters.
 */
export interface OptimizerState<P> {
  /** Number of updates made; an int32 scalar. */
  readonly step: Tensor;
  /**
   * Learning rate, a float scalar: float64 if a parameter is float64, otherwise float32. Null if a schedule determines
   * it. Replace it between updates to change the rate. A scalar in place of null overrides the schedule in all later
   * updates.
   */
  readonly learningRate: Tensor | null;
  /**
   * Values stored for each parameter, as trees with the structure of the parameters, by name: `momentum`, `velocity`, …
   */
  readonly slots: Readonly<Record<string, P>>;
  /** Loss scale of a `lossScaleOptimizer`; missing in the states of all others. */
  readonly lossScale?: LossScale;
}

/** State of a dynamic loss scale, under Keras's names in camelCase. */
export interface LossScale {
  /** Factor of the loss; a float32 scalar. */
  readonly dynamicScale: Tensor;
  /** Number of updates with finite gradients since the scale last changed; an int32 scalar. */
  readonly stepCounter: Tensor;
}

/**
 * Parameters and state after an update. The parameters and state before the update are no longer needed, and may be
 * donated.
 */
export interface Updated<P> {
  readonly params: P;
  readonly state: OptimizerState<P>;
}

/**
 * An optimizer: pure functions `init` and `update` over trees of parameters.
 *
 * @example
 * ```ts
 * import { jit, scalar, square, sum, tensor, valueAndGrad } from 'manabi';
 * import { adam } from 'manabi/optimizers';
 *
 * const optimizer = adam({ learningRate: 0.1 });
 * let params = { w: tensor([1, 2]) };
 * let state = optimizer.init(params);
 * const step = jit(
 *   (p: typeof params, s: typeof state) => {
 *     const [loss, grads] = valueAndGrad(({ w }: typeof params) => sum(square(w)))(p);
 *     return { loss, ...optimizer.update(p, grads, s) };
 *   },
 *   { donate: [0, 1] },
 * );
 * ({ params, state } = await step(params, state));
 * console.log(await params.w.array()); // [0.9, 1.9]
 * state = { ...state, learningRate: scalar(0.01) }; // a new value recompiles nothing
 * ```
 */
export interface Optimizer {
  /** Name of the function that created the optimizer, such as `adam`. */
  readonly name: string;
  /** Class name in Keras and in saved models, such as `Adam`. */
  readonly className: string;
  /** Options the optimizer was created with, under Keras's names in camelCase; null for options that are not used. */
  readonly config: Readonly<Record<string, unknown>>;
  /**
   * Returns the state before the first update.
   *
   * @throws ManabiError `dtype`, with the path, for parameters that are not floating-point
   */
  init<P>(params: P): OptimizerState<P>;
  /**
   * Returns the parameters and the state after one update. Gradients and state must have the structure of the parameters.
   *
   * @throws ManabiError with the path: `argument` if the trees differ or the state belongs to another optimizer; `shape`
   * or `dtype` if a gradient or a slot does not match its parameter
   */
  update<P>(params: P, grads: NoInfer<P>, state: OptimizerState<NoInfer<P>>): Updated<P>;
  /** Returns the learning rate of the next update, from the state or from the schedule. */
  learningRate(state: OptimizerState<unknown>): Tensor;
}

/**
 * Options of all optimizers, with Keras's names. At most one of `clipnorm`, `clipvalue` and `globalClipnorm` is
 * allowed.
 */
export interface OptimizerOptions {
  /** Learning rate: a number, or a schedule (a function of the number of updates made so far). */
  readonly learningRate?: number | Schedule;
  /**
   * Decoupled weight decay (Loshchilov & Hutter, 2019, https://arxiv.org/abs/1711.05101): before each update,
   * `param -= learningRate · weightDecay · param`.
   */
  readonly weightDecay?: number;
  /** Returns whether the parameter at a path has no weight decay: `(path) => path.endsWith('bias')`. */
  readonly excludeFromWeightDecay?: (path: string, param: Tensor) => boolean;
  /** Maximum Euclidean norm of the gradient of each parameter, as in `clipByNorm`. */
  readonly clipnorm?: number;
  /** Maximum magnitude of each element of a gradient, as in `clipByValue`. */
  readonly clipvalue?: number;
  /** Maximum joint Euclidean norm of all gradients, as in `clipByGlobalNorm`. */
  readonly globalClipnorm?: number;
}
