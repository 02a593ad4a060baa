import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { expandOver } from './broadcast.ts';
import { callComposite } from './call.ts';
import type { Composite } from './composite.ts';
import { softmax } from './softmax.ts';

/** Losses of single elements or samples, which are neither weighted nor averaged. */
export interface LossConfigs {
  /**
   * y = -ln softmax(logits)[label] along `axis` (ONNX SoftmaxCrossEntropyLoss without reduction). Operands `logits`
   * (float) and `labels` (int32, the shape of `logits` without `axis`). Labels equal to `ignoreIndex` have loss 0.
   */
  softmaxCrossEntropy: { readonly axis: number; readonly ignoreIndex: number | null };
  /**
   * y = -t · ln σ(x) - (1 - t) · ln(1 - σ(x)) with the sigmoid σ. Operands `logits` x and `targets` t in [0, 1], both
   * float of one shape.
   */
  sigmoidCrossEntropy: Record<never, never>;
}

/** Losses computed directly from logits instead of probabilities, which could be rounded to 0 or 1. */
export const loss: { readonly [K in keyof LossConfigs]: Composite<LossConfigs[K]> } = {
  softmaxCrossEntropy: {
    body: (b, [logits, labels], { axis, ignoreIndex }) => {
      const [logProbabilities] = callComposite(b, 'logSoftmax', softmax.logSoftmax, [logits], { axis });
      const { safe, isIgnored } = guardLabels(b, labels, ignoreIndex);
      const column = b.reshape(
        safe,
        b.shape(logits).map((length, i) => (i === axis ? 1 : length)),
      );
      const picked = b.reshape(b.gatherElements(logProbabilities, column, axis), b.shape(labels));
      const cost = b.neg(picked);
      return [isIgnored === null ? cost : b.select(isIgnored, b.full(cost, 0), cost)];
    },
    // The gradient of the logits is the predicted probability minus the target probability.
    vjp: (b, { operands: [logits, labels], config: { axis, ignoreIndex } }, [g]) => {
      const shape = b.shape(logits);
      const { safe, isIgnored } = guardLabels(b, labels, ignoreIndex);
      const [logProbabilities] = callComposite(b, 'logSoftmax', softmax.logSoftmax, [logits], { axis });
      const isLabel = b.equal(expandOver(b, safe, shape, [axis]), b.iota('int32', shape, axis));
      const difference = b.sub(b.exp(logProbabilities), b.cast(isLabel, b.dtype(logits)));
      const flowing = isIgnored === null ? g : b.select(isIgnored, b.full(g, 0), g);
      return [b.mul(expandOver(b, flowing, shape, [axis]), difference)];
    },
  },
  sigmoidCrossEntropy: {
    // Computes max(x, 0) - x · target without subtracting large numbers; the result is 0 if x is infinite and matches
    // its target.
    body: (b, [x, target]) => {
      const zero = b.full(x, 0);
      const size = b.abs(x);
      const missing = b.select(b.less(zero, x), b.sub(b.full(x, 1), target), target);
      const linear = b.select(b.equal(missing, zero), zero, b.mul(size, missing));
      return [b.add(linear, b.log1p(b.exp(b.neg(size))))];
    },
    vjp: (b, { operands: [x, target] }, [g]) => [b.mul(g, b.sub(b.sigmoid(x), target)), b.neg(b.mul(g, x))],
  },
};

/** Replaces labels equal to `ignoreIndex` by 0, which is a valid index, and returns which labels were replaced. */
function guardLabels(
  b: GraphBuilder,
  labels: Value,
  ignoreIndex: number | null,
): { readonly safe: Value; readonly isIgnored: Value | null } {
  if (ignoreIndex === null) return { safe: labels, isIgnored: null };
  const isIgnored = b.equal(labels, b.full(labels, ignoreIndex));
  return { safe: b.select(isIgnored, b.full(labels, 0), labels), isIgnored };
}
