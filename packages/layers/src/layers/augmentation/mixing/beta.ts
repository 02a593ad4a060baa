import {
  add,
  argmax,
  astype,
  div,
  expandDims,
  greater,
  index,
  less,
  log,
  logicalAnd,
  maximum,
  mul,
  power,
  random,
  type Shape,
  sigmoid,
  softmax,
  sqrt,
  sub,
  type Tensor,
  takeAlongAxis,
} from '@manabi/core';

/** Number of proposals for each draw. All are rejected with a probability below 1e-10. */
const PROPOSALS = 8;

/**
 * Draws logarithms of numbers from the gamma distribution with a positive shape parameter `alpha`, for a given shape of
 * the result (G. Marsaglia and W. Tsang, "A simple method for generating gamma variables", 2000). Logarithms are exact
 * even where the numbers are too small for float32.
 */
function drawnLogGamma(key: Tensor, shape: Shape, alpha: number | Tensor): Tensor {
  const [forNormal, forChoice, forPower] = random.split(key, 3);
  // For alpha + 1, of which the method rejects less than 5 %; the power below corrects the difference.
  const d = add(alpha, 1 - 1 / 3);
  const c = div(1 / 3, sqrt(d));
  const x = random.normal(forNormal, [...shape, PROPOSALS]);
  const cubed = power(add(mul(x, c), 1), 3);
  const isPositive = greater(cubed, 0);
  const logCubed = log(maximum(cubed, 1e-30));
  const limit = add(mul(mul(x, x), 0.5), mul(d, add(sub(1, cubed), logCubed)));
  const threshold = log(sub(1, random.uniform(forChoice, x.shape)));
  const isAccepted = logicalAnd(isPositive, less(threshold, limit));
  const first = expandDims(argmax(astype(isAccepted, 'int32'), -1), -1);
  const accepted = index(takeAlongAxis(logCubed, first, -1), '...', 0);
  const boost = div(log(sub(1, random.uniform(forPower, shape))), alpha);
  return add(add(accepted, log(d)), boost);
}

/** Draws numbers from the beta distribution with both parameters equal to `alpha`. */
export function drawnBeta(key: Tensor, shape: Shape, alpha: number | Tensor): Tensor {
  const [first, second] = random.split(key).map((each) => drawnLogGamma(each, shape, alpha));
  return sigmoid(sub(first, second));
}

/** Draws numbers [count] with the sum 1 from the Dirichlet distribution with all parameters equal to `alpha`. */
export function drawnDirichlet(key: Tensor, count: number, alpha: number): Tensor {
  return softmax(drawnLogGamma(key, [count], alpha));
}
