import {
  add,
  all,
  astype,
  broadcastTo,
  concatenate,
  expandDims,
  full,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  logSoftmax,
  logsumexp,
  maximum,
  mul,
  negative,
  notEqual,
  reshape,
  scan,
  slice,
  squeeze,
  stack,
  sub,
  sum,
  type Tensor,
  takeAlongAxis,
  transpose,
  where,
  zeros,
} from '@manabi/core';
import { readOptions } from '@manabi/errors';
import { checkTensor } from '../structure/check-tensor.ts';
import { defineLoss, type Loss, type LossOptions, lossKinds } from './loss.ts';
import { shapesDiffer, toFloat } from './pair.ts';

/** The logarithm of the probability of what cannot be: finite, so that it has a gradient. */
const NEVER = -1e30;

/** The class that stands for no label. Rows of fewer labels than the others end with it. */
const BLANK = 0;

/**
 * Minus the logarithm of the probability that steps read as labels, whichever steps they lie at: Graves et al.,
 * "Connectionist Temporal Classification", 2006. `yPred` holds logits [batch, steps, classes], of which class 0 is the
 * blank; `yTrue` the classes [batch, labels], 1 or more, each row filled up with 0. All steps count: a mask of `yPred`
 * is an error.
 *
 * Where there are too few steps for the labels (equal neighbours need a blank between them) the loss is infinite, and
 * its gradient 0; labels that are no classes make it NaN.
 *
 * @example `model.compile({ optimizer: 'adam', loss: losses.ctc() })`
 */
export function ctc(options: LossOptions = {}): Loss {
  const config = readOptions('ctc', options, lossKinds('ctc', {}));
  return defineLoss('CTC', config, (yTrue, yPred) => {
    const logits = toFloat('ctc', 'yPred', yPred);
    const given = astype(checkTensor('ctc', 'yTrue', yTrue), 'int32');
    if (logits.rank !== 3 || given.rank !== 2 || logits.shape[0] !== given.shape[0]) {
      throw shapesDiffer('ctc', yTrue, yPred, 'Labels are [batch, labels], logits [batch, steps, classes].');
    }
    const isClass = logicalAnd(greaterEqual(given, 0), less(given, logits.shape[2]));
    const cost = costOf(where(isClass, given, BLANK), logSoftmax(logits));
    return where(all(isClass, 1), cost, Number.NaN);
  });
}

/** The loss of labels [batch, labels] that are all classes, for logarithms of probabilities [batch, steps, classes]. */
function costOf(labels: Tensor, logProbabilities: Tensor): Tensor {
  const count = sum(astype(notEqual(labels, BLANK), 'int32'), 1, { keepdims: true });
  const reached = lastStates(labels, logProbabilities);
  // The steps end at the last label, or at the blank behind it.
  const atBlank = takeAlongAxis(reached, mul(count, 2), 1);
  const atLabel = takeAlongAxis(reached, maximum(sub(mul(count, 2), 1), 0), 1);
  const ends = logsumexp(stack([atBlank, where(greater(count, 0), atLabel, NEVER)]), 0);
  const cost = negative(squeeze(ends, 1));
  return where(less(cost, -NEVER / 2), cost, Number.POSITIVE_INFINITY);
}

/**
 * How probable it is to have read the first labels after all steps, as logarithms [batch, 2 labels + 1]: state 2 n is
 * the blank behind n labels, state 2 n - 1 the n-th label itself.
 */
function lastStates(labels: Tensor, logProbabilities: Tensor): Tensor {
  const [batch, steps] = logProbabilities.shape;
  const states = 2 * labels.shape[1] + 1;
  const classes = expandDims(betweenBlanks(labels, BLANK), 1);
  const emitted = takeAlongAxis(logProbabilities, broadcastTo(classes, [batch, steps, states]), 2);
  // From a label right to the next, without a blank, unless both are the same.
  const canSkip = betweenBlanks(notEqual(labels, shifted(labels, 1, BLANK)), false);
  const start = concatenate([zeros([batch, 1]), full([batch, states - 1], NEVER)], 1);
  const [last] = scan(
    (reached: Tensor, emission: Tensor) => {
      const ways = [reached, shifted(reached, 1, NEVER), where(canSkip, shifted(reached, 2, NEVER), NEVER)];
      return [add(logsumexp(stack(ways), 0), emission), []];
    },
    astype(start, logProbabilities.dtype),
    transpose(emitted, [1, 0, 2]),
  );
  return last;
}

/** [batch, n] to [batch, 2 n + 1], with a value before, between and behind. */
function betweenBlanks(x: Tensor, blank: number | boolean): Tensor {
  const [batch, count] = x.shape;
  const pairs = stack([full([batch, count], blank, { dtype: x.dtype }), x], 2);
  return concatenate([reshape(pairs, [batch, 2 * count]), full([batch, 1], blank, { dtype: x.dtype })], 1);
}

/** Rows moved to the right by some places, with a value in the first ones. */
function shifted(x: Tensor, places: number, value: number): Tensor {
  const [batch, count] = x.shape;
  return slice(concatenate([full([batch, places], value, { dtype: x.dtype }), x], 1), [0, 0], [batch, count]);
}
