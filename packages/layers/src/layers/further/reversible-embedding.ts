import { astype, div, matmul, mul, notEqual, type Tensor, take, tanh, transpose } from '@manabi/core';
import { boolean, nullable, type OptionValues, oneOf, optional, positive, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { constraintKind } from '../../constraints/table.ts';
import { initializerKind } from '../../initializers/table.ts';
import { Layer } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { regularizerKind } from '../../regularizers/table.ts';
import type { Variable } from '../../variables/variable.ts';
import { type EmbeddingOptions, toIntegers } from '../core/embedding.ts';

/** Options of the layer `reversibleEmbedding`. */
export interface ReversibleEmbeddingOptions extends EmbeddingOptions {
  /** Whether calls with `reverse: true` use the transposed vectors, not weights of their own (default: true). */
  readonly tieWeights?: boolean;
  /** Dtype in which calls with `reverse: true` compute (default: null, that of the input). */
  readonly reverseDtype?: 'float16' | 'float32' | 'float64' | null;
  /** Limit c of the logits, which become c · tanh(x / c) (default: null, no limit). */
  readonly logitSoftCap?: number | null;
}

const kinds = {
  inputDim: positiveInteger,
  outputDim: positiveInteger,
  embeddingsInitializer: optional(initializerKind, 'uniform'),
  embeddingsRegularizer: optional(regularizerKind, null),
  embeddingsConstraint: optional(constraintKind, null),
  maskZero: optional(boolean, false),
  tieWeights: optional(boolean, true),
  reverseDtype: optional(nullable(oneOf('float16', 'float32', 'float64')), null),
  logitSoftCap: optional(nullable(positive), null),
} satisfies OwnKindsOf<ReversibleEmbeddingOptions>;

/** Layer created by `reversibleEmbedding`. Weights: `embeddings` [inputDim, outputDim], `reverse_embeddings` if not tied. */
export class ReversibleEmbedding extends Layer<OptionValues<typeof kinds>> {
  static override readonly className: string = 'ReversibleEmbedding';
  embeddings?: Variable;
  reverseEmbeddings?: Variable;

  constructor(options: ReversibleEmbeddingOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override build(): void {
    const { inputDim, outputDim, embeddingsInitializer, embeddingsRegularizer, embeddingsConstraint } = this.config;
    this.embeddings = this.addWeight({
      name: 'embeddings',
      shape: [inputDim, outputDim],
      initializer: embeddingsInitializer,
      regularizer: embeddingsRegularizer,
      constraint: embeddingsConstraint,
    });
    if (this.config.tieWeights) return;
    this.reverseEmbeddings = this.addWeight({
      name: 'reverse_embeddings',
      shape: [outputDim, inputDim],
      initializer: embeddingsInitializer,
    });
  }

  override call(x: Tensor, context: CallContext): Tensor {
    if (context.options.reverse !== true) return take(context.read(this.embeddings), toIntegers(x), 0);
    const { reverseDtype, logitSoftCap, tieWeights } = this.config;
    const kernel = tieWeights ? transpose(context.read(this.embeddings)) : context.read(this.reverseEmbeddings);
    const logits =
      reverseDtype === null ? matmul(x, kernel) : matmul(astype(x, reverseDtype), astype(kernel, reverseDtype));
    return logitSoftCap === null ? logits : mul(tanh(div(logits, logitSoftCap)), logitSoftCap);
  }

  override computeMask(x: Tensor, _masks: readonly (Tensor | null)[], { options }: CallContext): Tensor | null {
    return this.config.maskZero && options.reverse !== true ? notEqual(x, 0) : null;
  }
}

/**
 * Creates an embedding that also computes the logits of its indices: with the call option `reverse: true`, it maps
 * [..., outputDim] to [..., inputDim]; otherwise [batch, ...] to [batch, ..., outputDim]. Source: O. Press and L. Wolf, "Using
 * the Output Embedding to Improve Language Models", 2016.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { reversibleEmbedding } from '@manabi/layers/further';
 * import { tensor } from 'manabi';
 *
 * const layer = reversibleEmbedding({ inputDim: 10, outputDim: 4 });
 * const vectors = layer.apply(tensor([[1, 2]]));
 * console.log(vectors.shape, layer.apply(vectors, { reverse: true }).shape); // [1, 2, 4] [1, 2, 10]
 * ```
 */
export function reversibleEmbedding(options: ReversibleEmbeddingOptions): ReversibleEmbedding {
  return new ReversibleEmbedding(options);
}
