import type { PerAxis } from '@manabi/core';
import { type ActivationIdentifier, getActivation } from '../activations/index.ts';
import { type ConstraintIdentifier, getConstraint } from '../constraints/index.ts';
import { getInitializer, type InitializerIdentifier } from '../initializers/index.ts';
import type { LayerOptions } from '../layer.ts';
import { getRegularizer, type RegularizerIdentifier } from '../regularizers/index.ts';
import { type DataFormat, dataFormatOf } from './data-format.ts';
import { oneOf, wholeNumbers } from './options.ts';

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
 * The options that all convolutions share, checked.
 *
 * @param rank number of spatial axes
 * @throws ManabiError `argument`
 */
export function filterSettings(className: string, rank: number, options: FilterOptions) {
  return {
    kernelSize: wholeNumbers(className, 'kernelSize', options.kernelSize, rank),
    strides: wholeNumbers(className, 'strides', options.strides ?? 1, rank),
    dataFormat: dataFormatOf(className, options.dataFormat),
    dilationRate: wholeNumbers(className, 'dilationRate', options.dilationRate ?? 1, rank),
    activation: getActivation(options.activation),
    useBias: options.useBias ?? true,
    biasInitializer: getInitializer(options.biasInitializer ?? 'zeros'),
    biasRegularizer: getRegularizer(options.biasRegularizer ?? null),
    biasConstraint: getConstraint(options.biasConstraint ?? null),
  };
}

/** What layers with a single kernel take. */
export interface KernelOptions {
  /** By default `glorotUniform`. */
  readonly kernelInitializer?: InitializerIdentifier;
  readonly kernelRegularizer?: RegularizerIdentifier | null;
  readonly kernelConstraint?: ConstraintIdentifier | null;
}

/** The options of a single kernel. */
export function kernelSettings(options: KernelOptions) {
  return {
    kernelInitializer: getInitializer(options.kernelInitializer ?? 'glorotUniform'),
    kernelRegularizer: getRegularizer(options.kernelRegularizer ?? null),
    kernelConstraint: getConstraint(options.kernelConstraint ?? null),
  };
}

/**
 * The option `padding` of a layer that knows no other; by default `valid`.
 *
 * @throws ManabiError `argument` for other words
 */
export function spatialPadding(className: string, padding: SpatialPadding | undefined): SpatialPadding {
  return oneOf(className, 'padding', padding ?? 'valid', ['valid', 'same']);
}
