import {
  add,
  all,
  div,
  equal,
  ManabiError,
  matmul,
  reshape,
  stopGradient,
  sub,
  swapaxes,
  type Tensor,
  where,
} from '@manabi/core';
import { integer, type OptionValues, optional } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { truncatedNormal } from '../../initializers/index.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import type { Layer } from '../../layer/layer.ts';
import { layerKind } from '../../layer/layer-kind.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { PartialShape, Tensors } from '../../structure/nested.ts';
import type { Variable } from '../../variables/variable.ts';
import { Wrapper, type WrapperOptions } from '../core/wrapper.ts';
import { toUnitLength } from './rms-normalization.ts';

/** Options of the layer `spectralNormalization`. */
export interface SpectralNormalizationOptions extends WrapperOptions {
  /** Iterations of the power method per training step (default: 1). */
  readonly powerIterations?: number;
}

const kinds = {
  layer: layerKind,
  // The limit bounds the size of the graph, which contains every iteration.
  powerIterations: optional(integer({ min: 1, max: 1000 }), 1),
} satisfies OwnKindsOf<SpectralNormalizationOptions>;

/**
 * Layer created by `spectralNormalization`. Weights: the kernel of the wrapped layer, `vector_u` [1, units], and the
 * other weights of the wrapped layer.
 */
export class SpectralNormalization extends Wrapper<OptionValues<typeof kinds>> {
  static override readonly className: string = 'SpectralNormalization';
  vectorU?: Variable;

  constructor(options: SpectralNormalizationOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
    this.inputSpec = ONE_INPUT;
  }

  override build(inputShape: PartialShape): void {
    super.build(inputShape);
    const { shape, dtype } = this.#kernel();
    this.vectorU = this.addWeight({
      name: 'vector_u',
      shape: [1, shape[shape.length - 1]],
      dtype,
      initializer: truncatedNormal({ stddev: 0.02 }),
      trainable: false,
    });
  }

  /** Weights of this layer. As in Keras, they include the kernel of the wrapped layer. */
  override get ownWeights(): readonly Variable[] {
    return this.built ? [this.#kernel(), ...super.ownWeights] : super.ownWeights;
  }

  override call(inputs: Tensors, context: CallContext): Tensors {
    if (!context.training) return this.layer.forward(inputs, context);
    const kernel = this.#kernel();
    const before = context.read(kernel);
    const { kernel: normalized, vectorU } = this.#normalized(before, context.read(this.vectorU));
    context.update(this.vectorU, vectorU);
    context.update(kernel, normalized);
    // The gradient is that of the normalized kernel, since the optimizer updates the normalized kernel.
    const used = add(before, stopGradient(sub(normalized, before)));
    return this.layer.forward(inputs, context.reading(kernel, used));
  }

  /**
   * Returns the kernel divided by its largest singular value, and the next value of `vector_u`. A zero kernel stays
   * unchanged.
   */
  #normalized(kernel: Tensor, start: Tensor): { readonly kernel: Tensor; readonly vectorU: Tensor } {
    const fixed = stopGradient(kernel);
    const weights = reshape(fixed, [-1, kernel.shape[kernel.rank - 1]]);
    const unit = (vector: Tensor): Tensor => toUnitLength(vector, null, 1e-7);
    let vectorU = start;
    let vectorV = start;
    for (let i = 0; i < this.config.powerIterations; i++) {
      vectorV = unit(matmul(vectorU, swapaxes(weights, 0, 1)));
      vectorU = unit(matmul(vectorV, weights));
    }
    const sigma = reshape(matmul(matmul(vectorV, weights), swapaxes(vectorU, 0, 1)), []);
    const isZero = all(equal(fixed, 0));
    return {
      kernel: where(isZero, fixed, div(fixed, where(isZero, 1, sigma))),
      vectorU: where(isZero, start, vectorU),
    };
  }

  #kernel(): Variable {
    const { layer } = this;
    const found = layer.ownWeights.find(({ name }) => name === 'kernel' || name === 'embeddings');
    if (found !== undefined) return found;
    throw new ManabiError(
      'argument',
      `\`layer\` must have a weight named 'kernel' or 'embeddings'; layer '${layer.name}' (${layer.className}) has ` +
        `${weightsOf(layer)}. Wrap a dense, convolution or embedding layer.`,
      { op: 'SpectralNormalization', data: { layer: layer.name, className: layer.className } },
    );
  }
}

function weightsOf(layer: Layer): string {
  const names = layer.ownWeights.map(({ name }) => `'${name}'`).join(', ');
  return names === '' ? 'no weights' : `only ${names}`;
}

/**
 * Creates a layer that wraps another layer. Each training step divides the kernel `W` of the wrapped layer by `σ(W)`,
 * the largest singular value of the kernel reshaped to a matrix. `σ` is estimated by the power method. Source: T.
 * Miyato et al., "Spectral normalization for generative adversarial networks", 2018.
 *
 * @throws ManabiError `argument` for invalid options; building throws `argument` if the layer has no kernel
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.spectralNormalization({ layer: layers.dense({ units: 8 }) });
 * console.log(layer.apply(ones([2, 4]), { training: true }).shape); // [2, 8]
 * ```
 */
export function spectralNormalization(options: SpectralNormalizationOptions): SpectralNormalization {
  return new SpectralNormalization(options);
}
