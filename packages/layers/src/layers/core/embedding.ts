import { astype, notEqual, type Tensor, take } from '@manabi/core';
import { boolean, type OptionValues, optional, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { type ConstraintIdentifier, constraintKind } from '../../constraints/table.ts';
import { type InitializerIdentifier, initializerKind } from '../../initializers/table.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type RegularizerIdentifier, regularizerKind } from '../../regularizers/table.ts';
import type { Variable } from '../../variables/variable.ts';

/** Options of the layer `embedding`. */
export interface EmbeddingOptions extends LayerOptions {
  /** Number of vectors: the largest index plus 1. */
  readonly inputDim: number;
  /** Length of the vector of each index. */
  readonly outputDim: number;
  /** Initializer of the trained vectors (default: `'uniform'`, in [-0.05, 0.05)). */
  readonly embeddingsInitializer?: InitializerIdentifier;
  /** Regularizer of the trained vectors (default: null). */
  readonly embeddingsRegularizer?: RegularizerIdentifier | null;
  /** Constraint of the trained vectors (default: null). */
  readonly embeddingsConstraint?: ConstraintIdentifier | null;
  /** Whether index 0 is padding and is masked; `inputDim` is then the vocabulary size + 1 (default: false). */
  readonly maskZero?: boolean;
}

const kinds = {
  inputDim: positiveInteger,
  outputDim: positiveInteger,
  embeddingsInitializer: optional(initializerKind, 'uniform'),
  embeddingsRegularizer: optional(regularizerKind, null),
  embeddingsConstraint: optional(constraintKind, null),
  maskZero: optional(boolean, false),
} satisfies OwnKindsOf<EmbeddingOptions>;

/** Layer created by `embedding`. Weight: `embeddings` [inputDim, outputDim]. */
export class Embedding extends Layer<OptionValues<typeof kinds>> {
  static override readonly className: string = 'Embedding';
  embeddings?: Variable;

  constructor(options: EmbeddingOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
    this.inputSpec = { indices: this.config.inputDim };
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
  }

  override call(x: Tensor, context: CallContext): Tensor {
    return take(context.read(this.embeddings), toIntegers(x), 0);
  }

  override computeMask(x: Tensor): Tensor | null {
    return this.config.maskZero ? notEqual(x, 0) : null;
  }
}

/** Converts indices to an integer dtype: int32, unless they already have one. */
export function toIntegers(x: Tensor): Tensor {
  return x.dtype === 'int32' || x.dtype === 'uint32' || x.dtype === 'uint8' ? x : astype(x, 'int32');
}

/**
 * Creates a layer that maps each index to a trained vector: `y[i] = E[x[i]]`. It maps [batch, ...] to
 * [batch, ..., outputDim]. Source: Y. Bengio et al., "A neural probabilistic language model", 2003.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { layers, maskOf, tensor } from 'manabi';
 *
 * const layer = layers.embedding({ inputDim: 100, outputDim: 8, maskZero: true });
 * const y = layer.apply(tensor([[4, 7, 0]]));
 * console.log(y.shape); // [1, 3, 8]
 * console.log(await maskOf(y)?.array()); // [[true, true, false]]
 * ```
 */
export function embedding(options: EmbeddingOptions): Embedding {
  return new Embedding(options);
}
