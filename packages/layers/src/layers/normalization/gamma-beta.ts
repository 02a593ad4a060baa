import type { Tensor } from '@manabi/core';
import { boolean, notNegative, type OptionValues, optional } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { type ConstraintIdentifier, constraintKind } from '../../constraints/table.ts';
import { type InitializerIdentifier, initializerKind } from '../../initializers/table.ts';
import type { Layer, LayerOptions } from '../../layer/layer.ts';
import type { OwnKindsOf } from '../../layer/layer-kinds.ts';
import { type RegularizerIdentifier, regularizerKind } from '../../regularizers/table.ts';
import type { Variable } from '../../variables/variable.ts';

/** Options of normalization layers with a trained scale and offset. */
export interface GammaBetaOptions extends LayerOptions {
  /** Small number added to the variance to avoid division by zero (default: 0.001). */
  readonly epsilon?: number;
  /** Whether the trained offset `beta` is added (default: true). */
  readonly center?: boolean;
  /** Whether the normalized input is multiplied by the trained scale `gamma` (default: true). */
  readonly scale?: boolean;
  /** Initializer of `beta` (default: `'zeros'`). */
  readonly betaInitializer?: InitializerIdentifier;
  /** Initializer of `gamma` (default: `'ones'`). */
  readonly gammaInitializer?: InitializerIdentifier;
  /** Regularizer of `beta` (default: null). */
  readonly betaRegularizer?: RegularizerIdentifier | null;
  /** Regularizer of `gamma` (default: null). */
  readonly gammaRegularizer?: RegularizerIdentifier | null;
  /** Constraint of `beta` (default: null). */
  readonly betaConstraint?: ConstraintIdentifier | null;
  /** Constraint of `gamma` (default: null). */
  readonly gammaConstraint?: ConstraintIdentifier | null;
}

/** Returns validators for the options of normalization layers with a trained scale and offset. */
export function gammaBetaKinds() {
  return {
    epsilon: optional(notNegative, 1e-3),
    center: optional(boolean, true),
    scale: optional(boolean, true),
    betaInitializer: optional(initializerKind, 'zeros'),
    gammaInitializer: optional(initializerKind, 'ones'),
    betaRegularizer: optional(regularizerKind, null),
    gammaRegularizer: optional(regularizerKind, null),
    betaConstraint: optional(constraintKind, null),
    gammaConstraint: optional(constraintKind, null),
  } satisfies OwnKindsOf<GammaBetaOptions>;
}

/** The weights `gamma` and `beta` of a normalization layer; undefined if its config disables them. */
export interface GammaBeta {
  readonly gamma?: Variable;
  readonly beta?: Variable;
}

/** Creates the weights `gamma` and `beta` of a normalization layer, in this order. */
export function addGammaBeta(
  layer: Layer<OptionValues<ReturnType<typeof gammaBetaKinds>>>,
  shape: readonly number[],
  { scale, center } = layer.config,
): GammaBeta {
  const { config } = layer;
  const gamma = !scale
    ? undefined
    : layer.addWeight({
        name: 'gamma',
        shape,
        initializer: config.gammaInitializer,
        regularizer: config.gammaRegularizer,
        constraint: config.gammaConstraint,
      });
  const beta = !center
    ? undefined
    : layer.addWeight({
        name: 'beta',
        shape,
        initializer: config.betaInitializer,
        regularizer: config.betaRegularizer,
        constraint: config.betaConstraint,
      });
  return { gamma, beta };
}

/** Returns the values of gamma and beta in a call, as options for the normalization functions of `@manabi/core`. */
export function readGammaBeta(
  { gamma, beta }: GammaBeta,
  context: CallContext,
): { scale: Tensor | null; bias: Tensor | null } {
  return {
    scale: gamma === undefined ? null : context.read(gamma),
    bias: beta === undefined ? null : context.read(beta),
  };
}
