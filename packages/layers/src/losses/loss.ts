import { logicalAnd, type Tensor } from '@manabi/core';
import { type KindsOf, name, type OptionKinds, oneOf, optional } from '@manabi/errors';
import { maskOf } from '../call/masks.ts';
import { alignWeights, type Reduction, reduceLosses } from './reduction.ts';

/** Function from expected values `yTrue` and predictions `yPred` to a loss for each sample, or each position in a sample. */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/**
 * Key of a property that marks the losses of this package. These losses exclude the masked positions of predictions
 * themselves.
 */
export const appliesMasks: unique symbol = Symbol('appliesMasks');

/** Options of all losses. */
export interface LossOptions {
  /** How the losses of samples are combined (default: `sumOverBatchSize`). */
  readonly reduction?: Reduction;
  /** Name in logs (default: the name of the function, such as `meanSquaredError`). */
  readonly name?: string;
}

/**
 * A measure of the difference between predictions and expected values, minimized in training.
 *
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * const loss = losses.huber({ delta: 2 });
 * const [yTrue, yPred] = [tensor([[0], [0]]), tensor([[1], [3]])];
 * console.log(await loss.call(yTrue, yPred).array()); // [0.5, 4]
 * console.log(await loss.apply(yTrue, yPred, tensor([1, 0])).item()); // 0.25
 * ```
 */
export interface Loss {
  readonly [appliesMasks]?: true;
  /** Class name in Keras, such as `MeanSquaredError`. */
  readonly className: string;
  /** Options the loss was created with, including name and reduction. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly reduction: Reduction;
  /**
   * Returns a loss for each sample, before weighting and reduction. The loss is computed over the last axis, or over
   * the axis that an option selects.
   *
   * @throws ManabiError `shape` if the shapes of `yTrue` and `yPred` do not match; they are not broadcast
   */
  call(yTrue: Tensor, yPred: Tensor): Tensor;
  /**
   * Returns the loss of a batch, weighted and reduced. Positions that the mask of `yPred` excludes are not counted, nor
   * those that the loss itself excludes, such as labels equal to `ignoreClass`.
   *
   * @param sampleWeight one weight for each sample, or for each position
   * @throws ManabiError `shape` if shapes do not match
   */
  apply(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor | null): Tensor;
}

const reduction = oneOf('sumOverBatchSize', 'sum', 'mean', 'meanWithSampleWeight', 'none');

/**
 * Returns validators for the options of a loss.
 *
 * @param defaultName name of the loss unless the option `name` is given
 * @param own options that the loss accepts in addition to `LossOptions`
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
 * Creates a loss from the function `call`, which computes a loss for each sample.
 *
 * @param config options with defaults filled in
 */
export function defineLoss(className: string, config: Required<LossOptions>, call: LossFunction): Loss {
  return {
    [appliesMasks]: true,
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
  // Without a second mask, the only mask is that of the predictions or that of the losses.
  if (a === null || b === null || a === b) return a ?? b;
  // A mask of samples applies to all positions of each sample.
  return a.rank > b.rank ? logicalAnd(...alignWeights(a, b)) : logicalAnd(...alignWeights(b, a));
}
