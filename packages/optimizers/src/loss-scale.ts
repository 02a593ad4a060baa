import { add, all, div, equal, isfinite, logicalAnd, mul, scalar, type Tensor, tree, where } from '@manabi/core';
import { type KindsOf, kind, ManabiError, optional, positive, positiveInteger, readOptions } from '@manabi/errors';
import type { LossScale, Optimizer, OptimizerState } from './optimizer.ts';

/** Options of `lossScaleOptimizer`. */
export interface LossScaleOptions {
  /** Optimizer that updates the parameters. */
  readonly innerOptimizer: Optimizer;
  /** Scale before the first update (default: 2^15). A scale that is too high falls quickly. */
  readonly initialScale?: number;
  /** Number of updates with finite gradients after which the scale doubles (default: 2000). */
  readonly dynamicGrowthSteps?: number;
}

/** An optimizer with a dynamic loss scale; see `lossScaleOptimizer`. */
export interface LossScaleOptimizer extends Optimizer {
  /** Returns a loss times the current scale, to be differentiated instead of the loss. */
  scaleLoss(loss: Tensor, state: OptimizerState<unknown>): Tensor;
  /** Divides the gradients of a scaled loss by the current scale. */
  unscale<P>(grads: P, state: OptimizerState<unknown>): P;
}

const kinds = {
  innerOptimizer: kind('an optimizer, such as adam()', isOptimizer),
  initialScale: optional(positive, 2 ** 15),
  dynamicGrowthSteps: optional(positiveInteger, 2000),
} satisfies KindsOf<LossScaleOptions>;

/**
 * Wraps an optimizer with a dynamic loss scale, which keeps gradients that pass through float16 from vanishing (Keras
 * `LossScaleOptimizer`; Micikevicius et al., "Mixed precision training", 2018).
 *
 * Differentiate `scaleLoss(loss, state)`, pass the gradients through `unscale`, and the result to `update`. If a gradient
 * is not finite, `update` changes no parameter and halves the scale. After `dynamicGrowthSteps` updates with finite
 * gradients in a row, it doubles the scale. Training a model does all of this; see `autoScaleLoss` of `compile`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { grad, square, sum, tensor, Tensor } from 'manabi';
 * import { lossScaleOptimizer, sgd } from 'manabi/optimizers';
 *
 * const optimizer = lossScaleOptimizer({ innerOptimizer: sgd({ learningRate: 0.1 }), initialScale: 1024 });
 * const w = tensor([1, 2]);
 * const state = optimizer.init(w);
 * const scaled = grad((p: Tensor) => optimizer.scaleLoss(sum(square(p)), state))(w);
 * console.log(await scaled.array()); // [2048, 4096]
 * console.log(await optimizer.update(w, optimizer.unscale(scaled, state), state).params.array()); // [0.8, 1.6]
 * ```
 */
export function lossScaleOptimizer(options: LossScaleOptions): LossScaleOptimizer {
  const config = readOptions('lossScaleOptimizer', options, kinds);
  const { innerOptimizer: inner, initialScale, dynamicGrowthSteps } = config;
  return {
    name: 'lossScaleOptimizer',
    className: 'LossScaleOptimizer',
    config,
    learningRate: (state) => inner.learningRate(state),
    init: (params) => ({
      ...inner.init(params),
      lossScale: { dynamicScale: scalar(initialScale), stepCounter: scalar(0, { dtype: 'int32' }) },
    }),
    scaleLoss: (loss, state) => mul(loss, scaleOf(state).dynamicScale),
    unscale: (grads, state) => tree.map((gradient) => div(gradient, scaleOf(state).dynamicScale), grads),
    update: (params, grads, state) => {
      const { dynamicScale, stepCounter } = scaleOf(state);
      const isGood = tree.leaves(grads).map((gradient) => all(isfinite(gradient)));
      const isFine = isGood.length === 0 ? scalar(true) : isGood.reduce(logicalAnd);
      const { lossScale: _, ...own } = state;
      const updated = inner.update(params, grads, own);
      const kept = <T>(next: T, before: T): T => tree.map((after, old) => where(isFine, after, old), next, before);
      const grows = equal(stepCounter, dynamicGrowthSteps - 1);
      const lossScale = {
        dynamicScale: mul(dynamicScale, where(isFine, where(grows, 2, 1), 0.5)),
        stepCounter: where(logicalAnd(isFine, equal(grows, false)), add(stepCounter, 1), 0),
      };
      return { params: kept(updated.params, params), state: { ...kept(updated.state, own), lossScale } };
    },
  };
}

function scaleOf({ lossScale }: OptimizerState<unknown>): LossScale {
  if (lossScale !== undefined) return lossScale;
  throw new ManabiError(
    'argument',
    'The state has no loss scale, so another optimizer created it. Create the state with init() of this optimizer.',
    { op: 'lossScaleOptimizer', data: { tree: 'state', path: 'lossScale' } },
  );
}

function isOptimizer(given: unknown): given is Optimizer {
  return typeof given === 'object' && given !== null && 'init' in given && 'update' in given && 'learningRate' in given;
}
