import { type Axis, add, div, mul, sub, sum } from '@manabi/core';
import { anyOf, type KindsOf, listOf, notNegative, nullable, optional, readOptions } from '@manabi/errors';
import { axisKind } from '../structure/option-kinds.ts';
import { EPSILON } from './epsilon.ts';
import { defineLoss, type Loss, type LossOptions, lossKinds } from './loss.ts';
import { toPair } from './pair.ts';

/** Options of `dice`. */
export interface DiceOptions extends LossOptions {
  /**
   * Axes over which one overlap is computed (default: null, all axes including the batch, which results in a single
   * loss).
   */
  readonly axis?: Axis;
}

/** Validator for the option `axis`: the axes over which one overlap is computed; null for all axes. */
const setAxes = optional(nullable(anyOf(axisKind, listOf(axisKind))), null);

const diceKinds = lossKinds('dice', { axis: setAxes }) satisfies KindsOf<DiceOptions>;

/**
 * Creates the Dice loss, which measures the overlap of two sets, for example of segmentation masks.
 *
 * `loss = 1 - 2 · Σ(yTrue · yPred) / (Σ yTrue + Σ yPred + 1e-7)`.
 *
 * Source: L. Dice, "Measures of the Amount of Ecologic Association Between Species", 1945.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * console.log(await losses.dice().call(tensor([[1, 1, 0]]), tensor([[1, 0, 0]])).item()); // 0.3333
 * ```
 */
export function dice(options: DiceOptions = {}): Loss {
  const config = readOptions('dice', options, diceKinds);
  const { axis } = config;
  return defineLoss('Dice', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('dice', yTrue, yPred);
    const both = sum(mul(truth, prediction), axis);
    const either = add(add(sum(truth, axis), sum(prediction, axis)), EPSILON);
    return sub(1, div(mul(both, 2), either));
  });
}

/** Options of `tversky`. */
export interface TverskyOptions extends DiceOptions {
  /** Weight of false negatives, in `yTrue` but not in `yPred` (default: 0.5). */
  readonly alpha?: number;
  /** Weight of false positives, in `yPred` but not in `yTrue` (default: 0.5). */
  readonly beta?: number;
}

const tverskyKinds = lossKinds('tversky', {
  alpha: optional(notNegative, 0.5),
  beta: optional(notNegative, 0.5),
  axis: setAxes,
}) satisfies KindsOf<TverskyOptions>;

/**
 * Creates the Tversky loss: the Dice loss with separate weights for false negatives and false positives.
 *
 * `loss = 1 - TP / (TP + alpha · FN + beta · FP + 1e-7)`, with `TP = Σ(yTrue · yPred)`, `FN = Σ(yTrue · (1 - yPred))` and
 * `FP = Σ((1 - yTrue) · yPred)`. As in Keras, alpha and beta are swapped relative to the paper.
 *
 * Source: S. Salehi, D. Erdogmus and A. Gholipour, "Tversky loss function for image segmentation using 3D fully
 * convolutional deep networks", 2017.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * const result = losses.tversky({ alpha: 0.7, beta: 0.3 }).call(tensor([[1, 1, 0]]), tensor([[1, 0, 0]]));
 * console.log(await result.item()); // 0.4118
 * ```
 */
export function tversky(options: TverskyOptions = {}): Loss {
  const config = readOptions('tversky', options, tverskyKinds);
  const { alpha, beta, axis } = config;
  return defineLoss('Tversky', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('tversky', yTrue, yPred);
    const both = sum(mul(truth, prediction), axis);
    const missed = sum(mul(sub(1, prediction), truth), axis);
    const extra = sum(mul(prediction, sub(1, truth)), axis);
    const all = add(add(both, add(mul(missed, alpha), mul(extra, beta))), EPSILON);
    return sub(1, div(both, all));
  });
}
