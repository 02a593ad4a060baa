import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, AxisPair, Value } from '../graph/graph.ts';
import type { TensorType } from '../types/shape.ts';
import { expandOver, scale } from './broadcast.ts';
import { type CompositeConfig, callComposite, traceComposite } from './call.ts';
import type { Composite } from './composite.ts';
import { softmax } from './softmax.ts';

/** Scaled dot-product attention and its gradient. */
export interface AttentionConfigs {
  /**
   * y = softmax(scale · query · keyᵀ) · value (ONNX Attention). Operands `query` [batch..., queries, features], `key`
   * [batch..., keys, features], `value` [batch..., keys, width] of one float dtype, and optionally `mask` [batch...,
   * queries, keys]: a bool mask is true for the keys that a query attends to, and a float mask, of the same dtype, is added to
   * the scores. With `causal`, query i attends to keys 0 to i only. The result has shape [batch..., queries, width].
   */
  attention: AttentionConfig;
  /**
   * Gradient of `attention` for the queries. Operands are `query`, `key`, `value`, the cotangent of the result (`gradient`,
   * [batch..., queries, width]), the sums of its products with the result over the last axis (`mean`, [batch..., queries]; the
   * mean cotangent of a query's probabilities, weighted by them), and optionally `mask`.
   */
  attentionQueryGradient: AttentionConfig;
  /** Gradients of `attention` for the keys and the values. Operands are those of `attentionQueryGradient`. */
  attentionKeyGradient: AttentionConfig;
}

interface AttentionConfig extends CompositeConfig {
  readonly scale: number;
  readonly causal: boolean;
}

/**
 * Score of keys that a query does not attend to. It is finite, so that a query that attends to no key gets the mean of all
 * values, as in Keras and JAX.
 */
export const MASKED_SCORE = -0.7 * 3.4028234663852886e38;

/** The operands and configuration of a call. */
interface Call {
  readonly operands: readonly Value[];
  readonly config: AttentionConfig;
}

/** Gradient for the queries; differentiating it differentiates its body, which stores probabilities. */
const attentionQueryGradient: Composite<AttentionConfig> = {
  body: (b, operands, config) => {
    const [query, key] = operands;
    const { pairs, rank } = matrices(b, query);
    const { toScores } = changes(b, { operands, config });
    return [scale(b, b.dot(toScores, key, pairs, [[rank - 1, rank - 2]]), config.scale)];
  },
};

/** Gradients for the keys and values; see `attentionQueryGradient`. */
const attentionKeyGradient: Composite<AttentionConfig> = {
  body: (b, operands, config) => {
    const [query, , , g] = operands;
    const { pairs, over } = matrices(b, query);
    const { toScores, scaled, probabilities } = changes(b, { operands, config });
    return [b.dot(toScores, scaled, pairs, over), b.dot(probabilities, g, pairs, over)];
  },
};

/**
 * Attention: A. Vaswani et al., "Attention is all you need" (2017). The gradient computes the probabilities again, so that
 * they need not be stored: a backend that inlines calls merges them with those of the call, and a backend with routines for
 * the calls never stores a matrix of queries and keys (T. Dao, "FlashAttention-2", 2023). Only the gradient of a mask that is
 * added to the scores is such a matrix.
 */
export const attention: { readonly [K in keyof AttentionConfigs]: Composite<AttentionConfigs[K]> } = {
  attention: {
    body: (b, operands, config) => {
      const { probabilities } = weigh(b, { operands, config });
      const { pairs, rank } = matrices(b, operands[0]);
      return [b.dot(probabilities, operands[2], pairs, [[rank - 1, rank - 2]])];
    },
    halfVjp: true,
    vjp: (b, { operands: [query, key, value, ...masks], results: [o], config }, [g]) => {
      const { rank } = matrices(b, query);
      const sums = b.reduceSum(b.mul(widened(b, g), widened(b, o)), [rank - 1]);
      const operands = [query, key, value, g, sums, ...masks];
      return [
        ...callComposite(b, 'attentionQueryGradient', attentionQueryGradient, operands, config),
        ...callComposite(b, 'attentionKeyGradient', attentionKeyGradient, operands, config),
        ...masks.filter((mask) => b.dtype(mask) !== 'bool').map((mask) => maskGradient(b, { operands, config }, mask)),
      ];
    },
  },
  attentionQueryGradient,
  attentionKeyGradient,
};

/** Returns the gradient of a mask that is added to the scores. */
function maskGradient(b: GraphBuilder, { operands, config }: Call, mask: Value): Value {
  const { toScores } = changes(b, { operands: operands.map((operand) => widened(b, operand)), config });
  const dtype = b.dtype(mask);
  return dtype === 'float16' ? b.cast(toScores, dtype) : toScores;
}

/** Converts float16 to float32. */
const widened = (b: GraphBuilder, x: Value): Value => (b.dtype(x) === 'float16' ? b.cast(x, 'float32') : x);

/** Computes the cotangents of the scores of a call, from the operands of its gradients. */
function changes(b: GraphBuilder, { operands: [query, key, value, g, mean, ...masks], config }: Call) {
  const { pairs, rank } = matrices(b, query);
  const { scaled, visible, probabilities } = weigh(b, { operands: [query, key, value, ...masks], config });
  const toProbabilities = b.dot(g, value, pairs, [[rank - 1, rank - 1]]);
  const shape = b.shape(probabilities);
  const means = expandOver(b, mean, shape, [rank - 1]);
  const change = b.mul(probabilities, b.sub(toProbabilities, means));
  return {
    toScores: visible === null ? change : b.select(visible, change, b.full(change, 0)),
    ...{ scaled, probabilities },
  };
}

/** Returns the axes of products of matrices in the last two axes, with the axes before them as batch. */
function matrices(b: GraphBuilder, query: Value) {
  const rank = b.shape(query).length;
  const pairs = Array.from({ length: rank - 2 }, (_, axis): AxisPair => [axis, axis]);
  const over: readonly AxisPair[] = [[rank - 2, rank - 2]];
  return { rank, pairs, over };
}

/**
 * Computes the attention probabilities of a call.
 *
 * @returns also the scaled queries, and which keys each query attends to; null if these are all keys
 */
function weigh(b: GraphBuilder, { operands: [query, key, , mask], config }: Call) {
  const { pairs, rank } = matrices(b, query);
  const scaled = scale(b, query, config.scale);
  const products = b.dot(scaled, key, pairs, [[rank - 1, rank - 1]]);
  const shape = b.shape(products);
  const isBool = mask !== undefined && b.dtype(mask) === 'bool';
  const scores = mask === undefined || isBool ? products : b.add(products, mask);
  const causal = config.causal ? b.lessEqual(b.iota('int32', shape, rank - 1), b.iota('int32', shape, rank - 2)) : null;
  const visible = isBool ? (causal === null ? mask : b.and(mask, causal)) : causal;
  const shown = visible === null ? scores : b.select(visible, scores, b.full(scores, MASKED_SCORE));
  const [probabilities] = callComposite(b, 'softmax', softmax.softmax, [shown], { axis: rank - 1 });
  return { scaled, visible, shown, probabilities };
}

/**
 * Returns the attributes of the `call` node of `attention` for operands of the given types. Programs that do not use attention
 * do not download this module, unlike those of other composites.
 *
 * @example
 * ```ts
 * import { attentionCall } from '@manabi/ir/attention';
 *
 * const [rows, columns] = [2, 3].map((length) => ({ dtype: 'float32', shape: [length, 4] }) as const);
 * const call = attentionCall([rows, columns, columns], { scale: 0.5, causal: false });
 * console.log(call.name, call.body.inputCount); // attention 3
 * ```
 */
export function attentionCall(operands: readonly TensorType[], config: AttentionConfig): Attributes['call'] {
  return traceComposite('attention', attention.attention, operands, config);
}

/**
 * Computes attention, and statistics of the scores of each query, [batch..., queries, 2]: the largest score, and the reciprocal of the
 * sum of the weights, the exponentials of the distances from it. For routines that compute probabilities again from the statistics.
 *
 * @example
 * ```ts
 * import { graphBuilder } from '@manabi/ir';
 * import { attentionWithStatistics } from '@manabi/ir/attention';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [3, 4] });
 * const [, statistics] = attentionWithStatistics(b, [x, x, x], { scale: 0.5, causal: false });
 * console.log(b.shape(statistics)); // [3, 2]
 * ```
 */
export function attentionWithStatistics(
  b: GraphBuilder,
  operands: readonly Value[],
  config: AttentionConfig,
): readonly [Value, Value] {
  const { shown, probabilities } = weigh(b, { operands, config });
  const { pairs, rank } = matrices(b, operands[0]);
  const shape = b.shape(shown);
  const largest = b.reduceMax(shown, [rank - 1]);
  const weights = b.exp(b.sub(shown, expandOver(b, largest, shape, [rank - 1])));
  const total = b.reduceSum(weights, [rank - 1]);
  const column = (value: Value): Value => b.reshape(value, [...b.shape(value), 1]);
  const statistics = b.concat([column(largest), column(b.div(b.full(total, 1), total))], rank - 1);
  return [b.dot(probabilities, operands[2], pairs, [[rank - 1, rank - 2]]), statistics];
}

/**
 * Computes the gradients of attention for queries, keys and values, from the operands of `attentionQueryGradient`.
 *
 * @example
 * ```ts
 * import { graphBuilder } from '@manabi/ir';
 * import { attentionGradients } from '@manabi/ir/attention';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [3, 4] });
 * const means = b.input({ dtype: 'float32', shape: [3] });
 * const gradients = attentionGradients(b, [x, x, x, x, means], { scale: 0.5, causal: false });
 * console.log(gradients.length); // 3
 * ```
 */
export function attentionGradients(
  b: GraphBuilder,
  operands: readonly Value[],
  config: AttentionConfig,
): readonly Value[] {
  return [attentionQueryGradient, attentionKeyGradient].flatMap(({ body }) => [...body(b, operands, config)]);
}
