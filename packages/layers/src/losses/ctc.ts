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

/** Log probability of states that no path reaches. It is finite, unlike -Infinity, to keep gradients finite. */
const NEVER = -1e30;

/** Index of the blank class, which also pads the labels of samples with fewer labels. */
const BLANK = 0;

/**
 * Creates the CTC loss: the negative log probability that the steps of a sequence spell the labels, over all alignments.
 *
 * `yPred` holds logits [batch, steps, classes], where class 0 is the blank. `yTrue` holds classes [batch, labels] from
 * 1 up, padded with 0. All steps count: `yPred` must not have a mask.
 *
 * The loss is infinite, with a gradient of 0, if there are too few steps for the labels (two equal labels in a row need
 * a blank between them). Labels outside the classes make it NaN.
 *
 * Source: A. Graves et al., "Connectionist Temporal Classification: Labelling Unsegmented Sequence Data with Recurrent
 * Neural Networks", 2006.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * const logits = tensor([[[0, 2, 0], [2, 0, 0], [0, 0, 2]]]); // 3 steps; blank and 2 classes
 * console.log(await losses.ctc().call(tensor([[1, 2, 0]]), logits).array()); // [0.4507]
 * ```
 */
export function ctc(options: LossOptions = {}): Loss {
  const config = readOptions('ctc', options, lossKinds('ctc', {}));
  return defineLoss('CTC', config, (yTrue, yPred) => {
    const logits = toFloat('ctc', 'yPred', yPred);
    const given = astype(checkTensor('ctc', 'yTrue', yTrue), 'int32');
    if (logits.rank !== 3 || given.rank !== 2 || logits.shape[0] !== given.shape[0]) {
      throw shapesDiffer(
        'ctc',
        yTrue,
        yPred,
        '`yTrue` must be labels [batch, labels] and `yPred` logits [batch, steps, classes]',
      );
    }
    const isClass = logicalAnd(greaterEqual(given, 0), less(given, logits.shape[2]));
    const cost = costOf(where(isClass, given, BLANK), logSoftmax(logits));
    return where(all(isClass, 1), cost, Number.NaN);
  });
}

/** Returns the loss of valid labels [batch, labels] for log probabilities [batch, steps, classes]. */
function costOf(labels: Tensor, logProbabilities: Tensor): Tensor {
  const count = sum(astype(notEqual(labels, BLANK), 'int32'), 1, { keepdims: true });
  const reached = lastStates(labels, logProbabilities);
  // A path ends at the last label, or at the blank after it.
  const atBlank = takeAlongAxis(reached, mul(count, 2), 1);
  const atLabel = takeAlongAxis(reached, maximum(sub(mul(count, 2), 1), 0), 1);
  const ends = logsumexp(stack([atBlank, where(greater(count, 0), atLabel, NEVER)]), 0);
  const cost = negative(squeeze(ends, 1));
  return where(less(cost, -NEVER / 2), cost, Number.POSITIVE_INFINITY);
}

/**
 * Returns log probabilities [batch, 2 · labels + 1] of each state after all steps: state 2n is the blank after n labels,
 * state 2n - 1 the n-th label itself.
 */
function lastStates(labels: Tensor, logProbabilities: Tensor): Tensor {
  const [batch, steps] = logProbabilities.shape;
  const states = 2 * labels.shape[1] + 1;
  const classes = expandDims(betweenBlanks(labels, BLANK), 1);
  const emitted = takeAlongAxis(logProbabilities, broadcastTo(classes, [batch, steps, states]), 2);
  // A label may directly follow another, without a blank, unless both are equal.
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

/** Inserts a value before, between and after the elements along the last axis: [batch, n] becomes [batch, 2n + 1]. */
function betweenBlanks(x: Tensor, blank: number | boolean): Tensor {
  const [batch, count] = x.shape;
  const pairs = stack([full([batch, count], blank, { dtype: x.dtype }), x], 2);
  return concatenate([reshape(pairs, [batch, 2 * count]), full([batch, 1], blank, { dtype: x.dtype })], 1);
}

/** Shifts elements to the right along the last axis, and fills the first `positions` elements with a value. */
function shifted(x: Tensor, positions: number, value: number): Tensor {
  const [batch, count] = x.shape;
  return slice(concatenate([full([batch, positions], value, { dtype: x.dtype }), x], 1), [0, 0], [batch, count]);
}
