import { type Axis, add, div, mul, sub, sum } from '@manabi/core';
import { EPSILON } from './epsilon.ts';
import { defineLoss, type Loss, type LossOptions } from './loss.ts';
import { toPair } from './pair.ts';

/** What `dice` takes. */
export interface DiceOptions extends LossOptions {
  /** The axes that make up one set; by default all, the batch's included, so that there is one loss. */
  readonly axis?: Axis;
}

/** 1 - 2 |yTrue ∩ yPred| / (|yTrue| + |yPred|): Dice, 1945. */
export function dice(options: DiceOptions = {}): Loss {
  const { axis = null } = options;
  return defineLoss('Dice', 'dice', options, { axis }, (yTrue, yPred) => {
    const [truth, prediction] = toPair('dice', yTrue, yPred);
    const both = sum(mul(truth, prediction), axis);
    const either = add(add(sum(truth, axis), sum(prediction, axis)), EPSILON);
    return sub(1, div(mul(both, 2), either));
  });
}

/** What `tversky` takes. */
export interface TverskyOptions extends DiceOptions {
  /** Weight of what is true but not predicted; by default 0.5. */
  readonly alpha?: number;
  /** Weight of what is predicted but not true; by default 0.5. */
  readonly beta?: number;
}

/**
 * As `dice`, with weights for the two kinds of mistakes: Salehi, Erdogmus, Gholipour, 2017. Which weight is whose is
 * Keras's way, the other one than in the paper.
 */
export function tversky(options: TverskyOptions = {}): Loss {
  const { alpha = 0.5, beta = 0.5, axis = null } = options;
  return defineLoss('Tversky', 'tversky', options, { alpha, beta, axis }, (yTrue, yPred) => {
    const [truth, prediction] = toPair('tversky', yTrue, yPred);
    const both = sum(mul(truth, prediction), axis);
    const missed = sum(mul(sub(1, prediction), truth), axis);
    const extra = sum(mul(prediction, sub(1, truth)), axis);
    const all = add(add(both, add(mul(missed, alpha), mul(extra, beta))), EPSILON);
    return sub(1, div(both, all));
  });
}
