import type { DType, Tensor } from '@manabi/core';

/**
 * A learning rate that depends on the number of updates made so far: int32 scalar to float scalar.
 *
 * @param dtype what it is best computed in: float64 where a parameter is, float32 if left out
 */
export interface Schedule {
  (step: Tensor, dtype?: DType): Tensor;
  /** Keras's class: `ExponentialDecay`. Functions of one's own need none; without one they cannot be saved. */
  readonly className?: string;
  /** What it was made with, in Keras's names in camelCase. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * What an optimizer remembers between updates, all of it tensors: it goes through `jit`, is donated, saved and restored
 * as the parameters are.
 */
export interface OptimizerState<P> {
  /** Number of updates made: an int32 scalar. */
  readonly step: Tensor;
  /**
   * The learning rate, a float scalar (float64 where a parameter is, else float32), which may be replaced between updates; null if a schedule decides. A scalar
   * put in place of null overrules the schedule from then on.
   */
  readonly learningRate: Tensor | null;
  /** Trees like the parameters, by name: `momentum`, `velocity`, … */
  readonly slots: Readonly<Record<string, P>>;
}

/** Parameters and state after an update; the ones before it can be forgotten, or donated. */
export interface Updated<P> {
  readonly params: P;
  readonly state: OptimizerState<P>;
}

/**
 * Two pure functions over trees of parameters, and one to look at the learning rate.
 *
 * @example
 * ```ts
 * const optimizer = adam({ learningRate: 0.001 });
 * let state = optimizer.init(params);
 * const step = jit((params, state, x, y) => {
 *   const [loss, grads] = valueAndGrad(lossOf)(params, x, y);
 *   return { loss, ...optimizer.update(params, grads, state) };
 * }, { donate: [0, 1] });
 *
 * ({ loss, params, state } = await step(params, state, x, y));
 * state = { ...state, learningRate: scalar(0.0001) }; // nothing is compiled anew
 * ```
 */
export interface Optimizer {
  /** The function that made it: `adam`. */
  readonly name: string;
  /** Keras's class, under which it is saved: `Adam`. */
  readonly className: string;
  /** What it was made with, in Keras's names in camelCase; null for what it does not do. */
  readonly config: Readonly<Record<string, unknown>>;
  /**
   * The state before the first update.
   *
   * @throws ManabiError `dtype` for parameters that are no floats, with their path
   */
  init<P>(params: P): OptimizerState<P>;
  /**
   * One update. Gradients and state are trees built as the parameters are.
   *
   * @throws ManabiError `argument` if the trees differ, or the state is another optimizer's; `shape` or `dtype` if a
   * gradient or a slot does not fit its parameter; all with the path
   */
  update<P>(params: P, grads: NoInfer<P>, state: OptimizerState<NoInfer<P>>): Updated<P>;
  /** The learning rate of the next update: the state's, or what the schedule says. */
  learningRate(state: OptimizerState<unknown>): Tensor;
}

/** What all optimizers take; of the three ways to clip at most one. Names are those of Keras. */
export interface OptimizerOptions {
  /** A number, or a function of the number of updates made so far. */
  readonly learningRate?: number | Schedule;
  /**
   * Before each update, every parameter loses this part of itself, times the learning rate: decoupled weight decay
   * (Loshchilov & Hutter, 2019, https://arxiv.org/abs/1711.05101).
   */
  readonly weightDecay?: number;
  /** Parameters that do not decay, by their place: `(path) => path.endsWith('bias')`. */
  readonly excludeFromWeightDecay?: (path: string, param: Tensor) => boolean;
  /** Longest gradient of one parameter, as `clipByNorm`. */
  readonly clipnorm?: number;
  /** Largest element of a gradient in magnitude, as `clipByValue`. */
  readonly clipvalue?: number;
  /** Longest gradient of all parameters together, as `clipByGlobalNorm`. */
  readonly globalClipnorm?: number;
}
