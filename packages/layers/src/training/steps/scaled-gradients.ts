import { div, mul, type Tensor, tree, valueAndGrad } from '@manabi/core';
import type { Weights } from '../objective/step-gradients.ts';

/**
 * Computes a loss and its gradients with respect to weights. With a scale, differentiates the loss times the scale, so that
 * gradients in float16 do not vanish, and divides the gradients of the weights by it.
 */
export function scaledGradients<Aux>(
  lossOf: (weights: Weights) => readonly [loss: Tensor, aux: Aux],
  weights: Weights,
  scale: Tensor | null,
): { readonly loss: Tensor; readonly gradients: Weights; readonly aux: Aux } {
  if (scale === null) {
    const [[loss, aux], gradients] = valueAndGrad(lossOf, { hasAux: true })(weights);
    return { loss, gradients, aux };
  }
  const scaled = (given: Weights) => {
    const [loss, aux] = lossOf(given);
    return [mul(loss, scale), { loss, aux }] as const;
  };
  const [[, { loss, aux }], gradients] = valueAndGrad(scaled, { hasAux: true })(weights);
  return { loss, gradients: tree.map((gradient) => div(gradient, scale), gradients), aux };
}
