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

/** What stands around images: nothing, or as many zeros as leave ⌈length / stride⌉ places, one more at the end if odd. */
export type SpatialPadding = 'valid' | 'same';

/** What all convolutions take. */
export interface FilterOptions extends LayerOptions {
  /** Size of the filters: one number for all spatial axes, or one each. */
  readonly kernelSize: PerAxis;
  /** Places from one position of a filter to the next; by default 1. */
  readonly strides?: PerAxis;
  /** By default `channelsLast`. */
  readonly dataFormat?: DataFormat;
  /** Places from one element of a filter to the next; by default 1. */
  readonly dilationRate?: PerAxis;
  /** By default linear. */
  readonly activation?: ActivationIdentifier | null;
  /** Whether each filter adds a number of its own; by default true. */
  readonly useBias?: boolean;
  /** By default `zeros`. */
  readonly biasInitializer?: InitializerIdentifier;
  readonly biasRegularizer?: RegularizerIdentifier | null;
  readonly biasConstraint?: ConstraintIdentifier | null;
}

/**
 * The options that all convolutions have.
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

/** What is known of all convolutions. */
export type FilterConfig = OptionValues<ReturnType<typeof filterKinds>>;

/** What layers with a single kernel take. */
export interface KernelOptions {
  /** By default `glorotUniform`. */
  readonly kernelInitializer?: InitializerIdentifier;
  readonly kernelRegularizer?: RegularizerIdentifier | null;
  readonly kernelConstraint?: ConstraintIdentifier | null;
}

/** The options of a single kernel. */
export function kernelKinds() {
  return {
    kernelInitializer: optional(initializerKind, 'glorotUniform'),
    kernelRegularizer: optional(regularizerKind, null),
    kernelConstraint: optional(constraintKind, null),
  } satisfies KindsOf<KernelOptions>;
}

/** The option `padding` of a layer that has these two; by default `valid`. */
export const spatialPadding: Kind<SpatialPadding> = optional(oneOf('valid', 'same'), 'valid');
