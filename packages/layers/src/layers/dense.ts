import { add, matmul, type Tensor } from '@manabi/core';
import { type ActivationIdentifier, getActivation } from '../activations/index.ts';
import { checkAreGiven } from '../check-options.ts';
import { type ConstraintIdentifier, getConstraint } from '../constraints/index.ts';
import type { CallContext } from '../context.ts';
import { getInitializer, type InitializerIdentifier } from '../initializers/index.ts';
import { Layer, type LayerOptions } from '../layer.ts';
import type { PartialShape } from '../nested.ts';
import { getRegularizer, type RegularizerIdentifier } from '../regularizers/index.ts';
import type { Variable } from '../variable.ts';
import { knownLength, positiveInteger } from './options.ts';

/** What `dense` takes. */
export interface DenseOptions extends LayerOptions {
  /** Length of the last axis of the output. */
  readonly units: number;
  /** By default linear. */
  readonly activation?: ActivationIdentifier | null;
  /** By default true. */
  readonly useBias?: boolean;
  /** By default `glorotUniform`. */
  readonly kernelInitializer?: InitializerIdentifier;
  /** By default `zeros`. */
  readonly biasInitializer?: InitializerIdentifier;
  readonly kernelRegularizer?: RegularizerIdentifier | null;
  readonly biasRegularizer?: RegularizerIdentifier | null;
  readonly kernelConstraint?: ConstraintIdentifier | null;
  readonly biasConstraint?: ConstraintIdentifier | null;
}

function resolved(options: DenseOptions) {
  return {
    units: positiveInteger('Dense', 'units', options.units),
    activation: getActivation(options.activation),
    useBias: options.useBias ?? true,
    kernelInitializer: getInitializer(options.kernelInitializer ?? 'glorotUniform'),
    biasInitializer: getInitializer(options.biasInitializer ?? 'zeros'),
    kernelRegularizer: getRegularizer(options.kernelRegularizer ?? null),
    biasRegularizer: getRegularizer(options.biasRegularizer ?? null),
    kernelConstraint: getConstraint(options.kernelConstraint ?? null),
    biasConstraint: getConstraint(options.biasConstraint ?? null),
  };
}

/** `activation(x kernel + bias)`: see `dense`. Weights: kernel `[inputs, units]`, bias `[units]`. */
export class Dense extends Layer<ReturnType<typeof resolved>> {
  static override readonly className: string = 'Dense';
  override supportsMasking = true;
  kernel?: Variable;
  bias?: Variable;

  constructor(options: DenseOptions) {
    checkAreGiven(new.target.className, options);
    super(options, resolved(options));
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
 * A layer in which each unit sees all inputs: `[batch, …, inputs]` to `[batch, …, units]`.
 *
 * @throws ManabiError `argument` for wrong options; when applied, `shape` for inputs of fewer than two axes, or of
 * another length than it was built for
 * @example `layers.dense({ units: 10, activation: 'softmax' })`
 */
export function dense(options: DenseOptions): Dense {
  return new Dense(options);
}
