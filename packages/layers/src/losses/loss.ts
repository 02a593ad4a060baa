import { logicalAnd, type Tensor } from '@manabi/core';
import { checkOptionNames } from '../check-options.ts';
import { oneOf } from '../layers/options.ts';
import { maskOf } from '../masks.ts';
import { REDUCTIONS, type Reduction, reduceLosses } from './reduction.ts';
import { toSameRank } from './same-rank.ts';

/** What should be (`yTrue`) and what a model says (`yPred`), to a loss for each sample (or each place of one). */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

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

/**
 * A loss from its function.
 *
 * @param options as the user gave them
 * @param own what only this loss has, resolved, under the same names
 * @throws ManabiError `argument` for options that neither this loss nor all losses know
 */
export function defineLoss(
  className: string,
  defaultName: string,
  options: LossOptions,
  own: Readonly<Record<string, unknown>>,
  call: LossFunction,
): Loss {
  checkOptionNames(className, options, [...Object.keys(own), 'reduction', 'name']);
  const { reduction = 'sumOverBatchSize', name = defaultName } = options;
  const how = oneOf(className, 'reduction', reduction, REDUCTIONS);
  return {
    className,
    config: { ...own, reduction: how, name },
    name,
    reduction: how,
    call,
    apply: (yTrue, yPred, sampleWeight = null) => {
      const mask = maskOf(yPred);
      const values = call(yTrue, yPred);
      return reduceLosses(values, how, { sampleWeight, mask: bothMasks(mask, maskOf(values)) });
    },
  };
}

function bothMasks(a: Tensor | null, b: Tensor | null): Tensor | null {
  if (a === null || b === null) return a ?? b;
  return logicalAnd(...toSameRank(a, b));
}
