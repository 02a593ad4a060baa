import { type Axis, add, div, mul, sub, sum } from '@manabi/core';
import { anyOf, type KindsOf, listOf, notNegative, nullable, optional, readOptions } from '@manabi/errors';
import { axisKind } from '../structure/option-kinds.ts';
import { EPSILON } from './epsilon.ts';
import { defineLoss, type Loss, type LossOptions, lossKinds } from './loss.ts';
import { toPair } from './pair.ts';

/** What `dice` takes. */
export interface DiceOptions extends LossOptions {
  /** The axes that make up one set; by default all, the batch's included, so that there is one loss. */
  readonly axis?: Axis;
}

/** Axes of a set; null for all. */
const setAxes = optional(nullable(anyOf(axisKind, listOf(axisKind))), null);

const diceKinds = lossKinds('dice', { axis: setAxes }) satisfies KindsOf<DiceOptions>;

/** 1 - 2 |yTrue ∩ yPred| / (|yTrue| + |yPred|): Dice, 1945. */
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

/** What `tversky` takes. */
export interface TverskyOptions extends DiceOptions {
  /** Weight of what is true but not predicted; by default 0.5. */
  readonly alpha?: number;
  /** Weight of what is predicted but not true; by default 0.5. */
  readonly beta?: number;
}

const tverskyKinds = lossKinds('tversky', {
  alpha: optional(notNegative, 0.5),
  beta: optional(notNegative, 0.5),
  axis: setAxes,
}) satisfies KindsOf<TverskyOptions>;

/**
 * As `dice`, with weights for the two kinds of mistakes: Salehi, Erdogmus, Gholipour, 2017. Which weight is whose is
 * Keras's way, the other one than in the paper.
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
