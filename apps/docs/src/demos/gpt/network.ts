import {
  add,
  dotProductAttention,
  gelu,
  layerNorm,
  matmul,
  mean,
  mul,
  ones,
  random,
  reshape,
  softmaxCrossEntropy,
  split,
  type Tensor,
  take,
  transpose,
  zeros,
} from 'manabi';

/** Sizes of the network. */
export interface GptSizes {
  /** Number of different tokens. */
  readonly tokens: number;
  /** Largest number of tokens that the network looks back on. */
  readonly context: number;
  /** Numbers per token in the network. */
  readonly width: number;
  readonly heads: number;
  readonly blocks: number;
}

/** The weights of a block: attention and two dense layers, each behind a normalization. */
interface BlockWeights {
  readonly attentionScale: Tensor;
  readonly attentionBias: Tensor;
  readonly queryKeyValue: Tensor;
  readonly output: Tensor;
  readonly denseScale: Tensor;
  readonly denseBias: Tensor;
  readonly expand: Tensor;
  readonly expandBias: Tensor;
  readonly shrink: Tensor;
  readonly shrinkBias: Tensor;
}

/** The weights of the network. */
export interface GptWeights {
  readonly embedding: Tensor;
  readonly positions: Tensor;
  readonly blocks: readonly BlockWeights[];
  readonly scale: Tensor;
  readonly bias: Tensor;
}

/** Draws the initial weights: small random numbers, and smaller ones where blocks add to their input. */
export function initialWeights({ tokens, context, width, blocks }: GptSizes, seed: number): GptWeights {
  let key = random.key(seed);
  const normal = (shape: readonly number[], deviation: number): Tensor => {
    const [next, own] = random.split(key);
    key = next;
    return mul(random.normal(own, shape), deviation);
  };
  const residual = 0.02 / Math.sqrt(2 * blocks);
  return {
    embedding: normal([tokens, width], 0.05),
    positions: normal([context, width], 0.05),
    blocks: Array.from({ length: blocks }, () => ({
      attentionScale: ones([width]),
      attentionBias: zeros([width]),
      queryKeyValue: normal([width, 3 * width], 1 / Math.sqrt(width)),
      output: normal([width, width], residual),
      denseScale: ones([width]),
      denseBias: zeros([width]),
      expand: normal([width, 4 * width], 1 / Math.sqrt(width)),
      expandBias: zeros([4 * width]),
      shrink: normal([4 * width, width], residual),
      shrinkBias: zeros([width]),
    })),
    scale: ones([width]),
    bias: zeros([width]),
  };
}

/**
 * Computes the logits of the next token after each token: a GPT (Radford et al., 2018) with normalization before each layer.
 *
 * @param tokens int32 [batch, length], with at most `context` tokens
 * @returns [batch, length, tokens]
 */
export function logits(weights: GptWeights, tokens: Tensor, heads: number): Tensor {
  const [batch, length] = tokens.shape;
  const positions = take(
    weights.positions,
    Array.from({ length }, (_, i) => i),
    0,
  );
  let x = add(take(weights.embedding, tokens, 0), positions);
  const width = x.shape[2];
  for (const block of weights.blocks) {
    const normal = layerNorm(x, { scale: block.attentionScale, bias: block.attentionBias });
    const parts = split(matmul(normal, block.queryKeyValue), 3, -1);
    const [query, key, value] = parts.map((part) => reshape(part, [batch, length, heads, width / heads]));
    const attended = dotProductAttention(query, key, value, { isCausal: true });
    x = add(x, matmul(reshape(attended, [batch, length, width]), block.output));

    const second = layerNorm(x, { scale: block.denseScale, bias: block.denseBias });
    const hidden = gelu(add(matmul(second, block.expand), block.expandBias), { approximate: true });
    x = add(x, add(matmul(hidden, block.shrink), block.shrinkBias));
  }
  // The embedding also turns the result into logits.
  return matmul(layerNorm(x, { scale: weights.scale, bias: weights.bias }), transpose(weights.embedding));
}

/** Computes the mean loss of the next tokens. @param windows int32 [batch, length + 1] */
export function nextTokenLoss(weights: GptWeights, inputs: Tensor, targets: Tensor, heads: number): Tensor {
  return mean(softmaxCrossEntropy(logits(weights, inputs, heads), targets));
}
