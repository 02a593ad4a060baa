import { type KindsOf, optional } from '@manabi/errors';
import { type ConstraintIdentifier, constraintKind } from '../../constraints/table.ts';
import { type InitializerIdentifier, initializerKind } from '../../initializers/table.ts';
import { type RegularizerIdentifier, regularizerKind } from '../../regularizers/table.ts';

/** Options of layers whose weights are a kernel and a bias. */
export interface KernelAndBiasOptions {
  /** Initializer of the kernel (default: `'glorotUniform'`). */
  readonly kernelInitializer?: InitializerIdentifier;
  /** Initializer of the bias (default: `'zeros'`). */
  readonly biasInitializer?: InitializerIdentifier;
  /** Regularizer of the kernel (default: null). */
  readonly kernelRegularizer?: RegularizerIdentifier | null;
  /** Regularizer of the bias (default: null). */
  readonly biasRegularizer?: RegularizerIdentifier | null;
  /** Constraint of the kernel (default: null). */
  readonly kernelConstraint?: ConstraintIdentifier | null;
  /** Constraint of the bias (default: null). */
  readonly biasConstraint?: ConstraintIdentifier | null;
}

/** Returns validators for `KernelAndBiasOptions`, in the order of Keras's configs. */
export function kernelAndBiasKinds() {
  return {
    kernelInitializer: optional(initializerKind, 'glorotUniform'),
    biasInitializer: optional(initializerKind, 'zeros'),
    kernelRegularizer: optional(regularizerKind, null),
    biasRegularizer: optional(regularizerKind, null),
    kernelConstraint: optional(constraintKind, null),
    biasConstraint: optional(constraintKind, null),
  } satisfies KindsOf<KernelAndBiasOptions>;
}
