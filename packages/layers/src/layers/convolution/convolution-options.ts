import type { PerAxis } from '@manabi/core';
import {
  boolean,
  eachOf,
  type Kind,
  type KindsOf,
  type OptionValues,
  oneOf,
  optional,
  positiveInteger,
} from '@manabi/errors';
import type { ActivationIdentifier } from '../../activations/activation.ts';
import { activationKind } from '../../activations/table.ts';
import { type ConstraintIdentifier, constraintKind } from '../../constraints/table.ts';
import { type InitializerIdentifier, initializerKind } from '../../initializers/table.ts';
import type { LayerOptions } from '../../layer/layer.ts';
import type { OwnKindsOf } from '../../layer/layer-kinds.ts';
import { type RegularizerIdentifier, regularizerKind } from '../../regularizers/table.ts';
import { type DataFormat, dataFormatKind } from '../images/data-format.ts';

/**
 * Padding of images: `'valid'` for none; `'same'` for zeros that make the output length ⌈length / stride⌉. If their
 * number is odd, the extra zero is at the end.
 */
export type SpatialPadding = 'valid' | 'same';

/** Options of all convolution layers. */
export interface FilterOptions extends LayerOptions {
  /** Size of the filters: one integer for all spatial axes, or one per axis. */
  readonly kernelSize: PerAxis;
  /** Step of the filters along each spatial axis (default: 1). */
  readonly strides?: PerAxis;
  /** Position of the channel axis (default: `'channelsLast'`). */
  readonly dataFormat?: DataFormat;
  /** Distance between adjacent elements of a filter in the input (default: 1). */
  readonly dilationRate?: PerAxis;
  /** Activation of the output (default: null, linear). */
  readonly activation?: ActivationIdentifier | null;
  /** Whether a bias is added to each output channel (default: true). */
  readonly useBias?: boolean;
  /** Initializer of the bias (default: `'zeros'`). */
  readonly biasInitializer?: InitializerIdentifier;
  /** Regularizer of the bias (default: null). */
  readonly biasRegularizer?: RegularizerIdentifier | null;
  /** Constraint of the bias (default: null). */
  readonly biasConstraint?: ConstraintIdentifier | null;
}

/**
 * Returns validators for the options of all convolution layers.
 *
 * @param rank number of spatial axes
 */
export function filterKinds(rank: number) {
  return {
    kernelSize: eachOf(positiveInteger, rank),
    strides: optional(eachOf(positiveInteger, rank), 1),
    dataFormat: dataFormatKind,
    dilationRate: optional(eachOf(positiveInteger, rank), 1),
    activation: optional(activationKind, null),
    useBias: optional(boolean, true),
    biasInitializer: optional(initializerKind, 'zeros'),
    biasRegularizer: optional(regularizerKind, null),
    biasConstraint: optional(constraintKind, null),
  } satisfies OwnKindsOf<FilterOptions>;
}

/** Config of all convolution layers. */
export type FilterConfig = OptionValues<ReturnType<typeof filterKinds>>;

/** Options of convolution layers with a single kernel. */
export interface KernelOptions {
  /** Initializer of the kernel (default: `'glorotUniform'`). */
  readonly kernelInitializer?: InitializerIdentifier;
  /** Regularizer of the kernel (default: null). */
  readonly kernelRegularizer?: RegularizerIdentifier | null;
  /** Constraint of the kernel (default: null). */
  readonly kernelConstraint?: ConstraintIdentifier | null;
}

/** Returns validators for the options of convolution layers with a single kernel. */
export function kernelKinds() {
  return {
    kernelInitializer: optional(initializerKind, 'glorotUniform'),
    kernelRegularizer: optional(regularizerKind, null),
    kernelConstraint: optional(constraintKind, null),
  } satisfies KindsOf<KernelOptions>;
}

/** Validator for the option `padding` with the values `valid` and `same` (default: `valid`). */
export const spatialPadding: Kind<SpatialPadding> = optional(oneOf('valid', 'same'), 'valid');
