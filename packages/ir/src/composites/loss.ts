import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { expandOver } from './broadcast.ts';
import { callComposite } from './call.ts';
import type { Composite } from './composite.ts';
import { softmax } from './softmax.ts';

/** Losses per element or example; means and weights are the caller's. */
export interface LossConfigs {
  /**
   * Operands `logits` (float) and `labels` (int32, the shape of `logits` without `axis`): minus the logarithm of the
   * label's probability, of the labels' shape. Labels equal to `ignoreIndex` cost nothing.
   */
  softmaxCrossEntropy: { readonly axis: number; readonly ignoreIndex: number | null };
  /** Operands `logits`, `targets` from 0 to 1, both float of one shape; result like them. */
  sigmoidCrossEntropy: Record<never, never>;
}

/** Losses that are made from logits, so that no probability is rounded to 0 or 1 on the way. */
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
    // The gradient for the logits is the probability that there is, minus the one that should be.
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
    // |x| times what the target lacks on its side, which is no difference of large numbers; 0 of an infinity is 0 here.
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

/** Labels that may be looked up, and which of them do not count. */
function guardLabels(
  b: GraphBuilder,
  labels: Value,
  ignoreIndex: number | null,
): { readonly safe: Value; readonly isIgnored: Value | null } {
  if (ignoreIndex === null) return { safe: labels, isIgnored: null };
  const isIgnored = b.equal(labels, b.full(labels, ignoreIndex));
  return { safe: b.select(isIgnored, b.full(labels, 0), labels), isIgnored };
}
