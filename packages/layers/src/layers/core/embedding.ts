import { astype, notEqual, type Tensor, take } from '@manabi/core';
import { boolean, type OptionValues, optional, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { type ConstraintIdentifier, constraintKind } from '../../constraints/table.ts';
import { type InitializerIdentifier, initializerKind } from '../../initializers/table.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type RegularizerIdentifier, regularizerKind } from '../../regularizers/table.ts';
import type { Variable } from '../../variables/variable.ts';

/** What `embedding` takes. */
export interface EmbeddingOptions extends LayerOptions {
  /** How many different numbers come in: one more than the largest. */
  readonly inputDim: number;
  /** Length of the vectors. */
  readonly outputDim: number;
  /** By default `uniform`, from -0.05 to 0.05. */
  readonly embeddingsInitializer?: InitializerIdentifier;
  readonly embeddingsRegularizer?: RegularizerIdentifier | null;
  readonly embeddingsConstraint?: ConstraintIdentifier | null;
  /** Whether 0 is padding, which the mask leaves out; `inputDim` is then the vocabulary's size + 1. By default false. */
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

/** Vectors by number: see `embedding`. Weight: embeddings `[inputDim, outputDim]`. */
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
    return take(context.read(this.embeddings), wholeNumbersOf(x), 0);
  }

  override computeMask(x: Tensor): Tensor | null {
    return this.config.maskZero ? notEqual(x, 0) : null;
  }
}

/** Numbers that count something, of any dtype, as whole numbers. */
export function wholeNumbersOf(x: Tensor): Tensor {
  return x.dtype === 'int32' || x.dtype === 'uint32' || x.dtype === 'uint8' ? x : astype(x, 'int32');
}

/**
 * A learned vector for each whole number: `[batch, …]` to `[batch, …, outputDim]`.
 *
 * @throws ManabiError `argument` for wrong options
 * @example `layers.embedding({ inputDim: 10_000, outputDim: 64, maskZero: true })`
 */
export function embedding(options: EmbeddingOptions): Embedding {
  return new Embedding(options);
}
