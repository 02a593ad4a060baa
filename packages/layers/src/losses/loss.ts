import { logicalAnd, type Tensor } from '@manabi/core';
import { type KindsOf, name, type OptionKinds, oneOf, optional } from '@manabi/errors';
import { maskOf } from '../call/masks.ts';
import { alignWeights, type Reduction, reduceLosses } from './reduction.ts';

/** What should be (`yTrue`) and what a model says (`yPred`), to a loss for each sample (or each place of one). */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** Marks losses of ours, which leave out what the mask of predictions does. */
export const heedsMasks: unique symbol = Symbol('heedsMasks');

/** What every loss takes. */
export interface LossOptions {
  /** How the losses of samples become one; by default `sumOverBatchSize`. */
  readonly reduction?: Reduction;
  /** By default the function's: `meanSquaredError`. */
  readonly name?: string;
}

/**
 * How far predictions are from what should be: a description, and pure functions.
 *
 * @example
 * ```ts
 * const loss = losses.huber({ delta: 2 });
 * loss.call(yTrue, yPred); // [batch]
 * loss.apply(yTrue, yPred, sampleWeight); // a scalar
 * ```
 */
export interface Loss {
  readonly [heedsMasks]?: true;
  /** Keras's class: `MeanSquaredError`. */
  readonly className: string;
  /** What it was made with, name and reduction included. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly reduction: Reduction;
  /**
   * A loss for each sample, before weights and reduction: the last axis (unless an option says otherwise) is gone.
   *
   * @throws ManabiError `shape` unless `yTrue` and `yPred` fit; none is ever repeated to the other's shape
   */
  call(yTrue: Tensor, yPred: Tensor): Tensor;
  /**
   * The loss of a batch: weighted, without what the mask of `yPred` (or the loss itself, as `ignoreClass`) leaves out,
   * and reduced.
   *
   * @param sampleWeight one weight for each sample, or for each place
   * @throws ManabiError `shape`
   */
  apply(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor | null): Tensor;
}

const reduction = oneOf('sumOverBatchSize', 'sum', 'mean', 'meanWithSampleWeight', 'none');

/**
 * The options of a loss.
 *
 * @param defaultName what it is called unless its user says otherwise
 * @param own the options that it has beside those of all losses
 */
/* @__NO_SIDE_EFFECTS__ */
export function lossKinds<const Own extends OptionKinds>(defaultName: string, own: Own) {
  const kinds = {
    reduction: optional(reduction, 'sumOverBatchSize'),
    name: optional(name, defaultName),
  } satisfies KindsOf<LossOptions>;
  return { ...own, ...kinds };
}

/**
 * A loss from its function.
 *
 * @param config its options, read
 */
export function defineLoss(className: string, config: Required<LossOptions>, call: LossFunction): Loss {
  return {
    [heedsMasks]: true,
    className,
    config: { ...config },
    name: config.name,
    reduction: config.reduction,
    call,
    apply: (yTrue, yPred, sampleWeight = null) => {
      const mask = maskOf(yPred);
      const values = call(yTrue, yPred);
      return reduceLosses(values, config.reduction, { sampleWeight, mask: bothMasks(mask, maskOf(values)) });
    },
  };
}

function bothMasks(a: Tensor | null, b: Tensor | null): Tensor | null {
  // Losses of a masked output have its mask, unless they have one of their own.
  if (a === null || b === null || a === b) return a ?? b;
  // The mask of samples counts for all places of one.
  return a.rank > b.rank ? logicalAnd(...alignWeights(a, b)) : logicalAnd(...alignWeights(b, a));
}
