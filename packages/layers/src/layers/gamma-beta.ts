import type { Tensor } from '@manabi/core';
import { type ConstraintIdentifier, getConstraint } from '../constraints/index.ts';
import type { CallContext } from '../context.ts';
import { getInitializer, type InitializerIdentifier } from '../initializers/index.ts';
import type { Layer, LayerOptions } from '../layer.ts';
import { getRegularizer, type RegularizerIdentifier } from '../regularizers/index.ts';
import type { Variable } from '../variable.ts';

/** What normalisations take that scale and shift afterwards. */
export interface GammaBetaOptions extends LayerOptions {
  /** Added to the variance, so that nothing is divided by zero; by default 0.001. */
  readonly epsilon?: number;
  /** Whether beta is added; by default true. */
  readonly center?: boolean;
  /** Whether it is multiplied by gamma; by default true. */
  readonly scale?: boolean;
  /** By default `zeros`. */
  readonly betaInitializer?: InitializerIdentifier;
  /** By default `ones`. */
  readonly gammaInitializer?: InitializerIdentifier;
  readonly betaRegularizer?: RegularizerIdentifier | null;
  readonly gammaRegularizer?: RegularizerIdentifier | null;
  readonly betaConstraint?: ConstraintIdentifier | null;
  readonly gammaConstraint?: ConstraintIdentifier | null;
}

/** The options, resolved. */
export function gammaBetaConfig(options: GammaBetaOptions) {
  return {
    epsilon: options.epsilon ?? 1e-3,
    center: options.center ?? true,
    scale: options.scale ?? true,
    betaInitializer: getInitializer(options.betaInitializer ?? 'zeros'),
    gammaInitializer: getInitializer(options.gammaInitializer ?? 'ones'),
    betaRegularizer: getRegularizer(options.betaRegularizer ?? null),
    gammaRegularizer: getRegularizer(options.gammaRegularizer ?? null),
    betaConstraint: getConstraint(options.betaConstraint ?? null),
    gammaConstraint: getConstraint(options.gammaConstraint ?? null),
  };
}

/** The weights, as far as the config asks for them. */
export interface GammaBeta {
  readonly gamma?: Variable;
  readonly beta?: Variable;
}

/** Makes gamma and beta, in this order. */
export function addGammaBeta(
  layer: Layer<ReturnType<typeof gammaBetaConfig>>,
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

/** Their values in a pass, as core's normalisations take them. */
export function readGammaBeta(
  { gamma, beta }: GammaBeta,
  context: CallContext,
): { scale: Tensor | null; bias: Tensor | null } {
  return {
    scale: gamma === undefined ? null : context.read(gamma),
    bias: beta === undefined ? null : context.read(beta),
  };
}
