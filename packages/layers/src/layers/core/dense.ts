import { add, matmul, type Tensor } from '@manabi/core';
import { boolean, type OptionValues, optional, positiveInteger } from '@manabi/errors';
import type { ActivationIdentifier } from '../../activations/activation.ts';
import { activationKind } from '../../activations/table.ts';
import type { CallContext } from '../../call/context.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { PartialShape } from '../../structure/nested.ts';
import type { Variable } from '../../variables/variable.ts';
import { knownLength } from '../recurrent/known-length.ts';
import { type KernelAndBiasOptions, kernelAndBiasKinds } from './kernel-and-bias.ts';

/** Options of the layer `dense`. */
export interface DenseOptions extends LayerOptions, KernelAndBiasOptions {
  /** Length of the last axis of the output. */
  readonly units: number;
  /** Activation of the output (default: null, linear). */
  readonly activation?: ActivationIdentifier | null;
  /** Whether a trained bias is added to the output (default: true). */
  readonly useBias?: boolean;
}

const kinds = {
  units: positiveInteger,
  activation: optional(activationKind, null),
  useBias: optional(boolean, true),
  ...kernelAndBiasKinds(),
} satisfies OwnKindsOf<DenseOptions>;

/** Layer created by `dense`. Weights: `kernel` [inputs, units], `bias` [units]. */
export class Dense extends Layer<OptionValues<typeof kinds>> {
  static override readonly className: string = 'Dense';
  override supportsMasking = true;
  kernel?: Variable;
  bias?: Variable;

  constructor(options: DenseOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
    this.inputSpec = { minRank: 2 };
  }

  override build(inputShape: PartialShape): void {
    const { units, useBias, kernelInitializer, kernelRegularizer, kernelConstraint } = this.config;
    const inputs = knownLength(this, inputShape, -1);
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [inputs, units],
      initializer: kernelInitializer,
      regularizer: kernelRegularizer,
      constraint: kernelConstraint,
    });
    if (useBias) {
      const { biasInitializer, biasRegularizer, biasConstraint } = this.config;
      this.bias = this.addWeight({
        name: 'bias',
        shape: [units],
        initializer: biasInitializer,
        regularizer: biasRegularizer,
        constraint: biasConstraint,
      });
    }
    this.inputSpec = { minRank: 2, axes: { [-1]: inputs } };
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const sums = matmul(x, context.read(this.kernel));
    return this.config.activation(this.config.useBias ? add(sums, context.read(this.bias)) : sums);
  }
}

/**
 * Creates a fully connected layer: `y = activation(x · W + b)`. It maps [batch, ..., inputs] to [batch, ..., units].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for inputs of rank 0 or 1, or if the last axis
 * has another length than when the layer was built
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const layer = layers.dense({ units: 1, kernelInitializer: 'ones' });
 * console.log(await layer.apply(tensor([[1, 2, 3]])).array()); // [[6]]
 * ```
 */
export function dense(options: DenseOptions): Dense {
  return new Dense(options);
}
