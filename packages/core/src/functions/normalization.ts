import { type KindsOf, notNegative, nullable, optional, positiveInteger, readArgument } from '@manabi/errors';
import { equalShapes, formatShape, ManabiError, type Shape } from '@manabi/ir';
import type { LazyValue } from '../lazy/value.ts';
import { lazyOf, Tensor } from '../tensor.ts';
import { axesKind, axisKind, optionsOf, tensorKind } from './argument-kinds.ts';
import { type Axis, normalizeAxes, normalizeAxis } from './axis.ts';
import { composite, compositeResults } from './composite.ts';
import { ones, zeros } from './creation.ts';
import { asFloat, type TensorLike } from './operand.ts';

/** How a normalisation is scaled and shifted afterwards. */
export interface AffineOptions {
  /** Added to the variance before its root. */
  readonly epsilon?: number;
  /** Factor; by default none. */
  readonly scale?: Tensor | null;
  /** Added after that; by default none. */
  readonly bias?: Tensor | null;
}

/* @__NO_SIDE_EFFECTS__ */
function affineKinds(epsilon: number) {
  return {
    epsilon: optional(notNegative, epsilon),
    scale: optional(nullable(tensorKind), null),
    bias: optional(nullable(tensorKind), null),
  } satisfies KindsOf<AffineOptions>;
}

const layerNormKinds = { axis: optional(axesKind, -1), ...affineKinds(1e-5) } satisfies KindsOf<
  AffineOptions & { readonly axis?: Axis }
>;

/**
 * x brought to mean 0 and variance 1 over axes, by default the last: Ba, Kiros, Hinton, 2016. `scale` and `bias` have the
 * shape of x over these axes.
 *
 * @throws ManabiError `shape`, `axis`
 */
export function layerNorm(x: TensorLike, given?: AffineOptions & { readonly axis?: Axis }): Tensor {
  const { axis, epsilon, ...options } = optionsOf('layerNorm', given, layerNormKinds);
  const value = asFloat('layerNorm', x);
  const axes = normalizeAxes('layerNorm', axis, value.type.shape.length);
  const shape = axes.map((each) => value.type.shape[each]);
  return new Tensor(composite('layerNorm', [value, ...affine('layerNorm', value, shape, options)], { axes, epsilon }));
}

const rmsNormKinds = {
  axis: optional(axesKind, -1),
  epsilon: optional(notNegative, 1e-5),
  scale: optional(nullable(tensorKind), null),
} satisfies KindsOf<Omit<AffineOptions, 'bias'> & { readonly axis?: Axis }>;

/** x divided by its root mean square over axes, by default the last: Zhang, Sennrich, 2019. */
export function rmsNorm(x: TensorLike, options?: Omit<AffineOptions, 'bias'> & { readonly axis?: Axis }): Tensor {
  const { axis, epsilon, scale } = optionsOf('rmsNorm', options, rmsNormKinds);
  const value = asFloat('rmsNorm', x);
  const axes = normalizeAxes('rmsNorm', axis, value.type.shape.length);
  const shape = axes.map((each) => value.type.shape[each]);
  return new Tensor(composite('rmsNorm', [value, ...affine('rmsNorm', value, shape, { scale })], { axes, epsilon }));
}

/** What `batchNorm` is given beside x. */
export interface BatchNormOptions extends AffineOptions {
  /** The axis that is kept; by default the last. */
  readonly axis?: number;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

const batchNormKinds = {
  axis: optional(axisKind, -1),
  ...affineKinds(1e-3),
  mean: tensorKind,
  variance: tensorKind,
} satisfies KindsOf<BatchNormOptions>;

/** x brought to given means and variances along an axis to mean 0 and variance 1: Ioffe, Szegedy, 2015. */
export function batchNorm(x: TensorLike, given: BatchNormOptions): Tensor {
  const { axis, mean, variance, epsilon, ...options } = optionsOf('batchNorm', given, batchNormKinds);
  const value = asFloat('batchNorm', x);
  const along = normalizeAxis('batchNorm', axis, value.type.shape.length);
  const shape = [value.type.shape[along]];
  const statistics = [mean, variance].map((each) => shaped('batchNorm', each, shape));
  const operands = [value, ...bothOf('batchNorm', value, shape, options), ...statistics];
  return new Tensor(composite('batchNorm', operands, { axis: along, epsilon }));
}

const batchNormTrainingKinds = { axis: optional(axisKind, -1), ...affineKinds(1e-3) } satisfies KindsOf<
  AffineOptions & { readonly axis?: number }
>;

/**
 * x normalised with the statistics of its own batch over all axes but one, and these statistics (of the population), for
 * running averages; no gradient flows through them.
 */
export function batchNormTraining(
  x: TensorLike,
  given?: AffineOptions & { readonly axis?: number },
): { result: Tensor; mean: Tensor; variance: Tensor } {
  const { axis, epsilon, ...options } = optionsOf('batchNormTraining', given, batchNormTrainingKinds);
  const value = asFloat('batchNormTraining', x);
  const along = normalizeAxis('batchNormTraining', axis, value.type.shape.length);
  const operands = [value, ...bothOf('batchNormTraining', value, [value.type.shape[along]], options)];
  const [result, mean, variance] = compositeResults('batchNormTraining', operands, { axis: along, epsilon });
  return { result, mean, variance };
}

const groupNormKinds = { axis: optional(axisKind, -1), ...affineKinds(1e-5) } satisfies KindsOf<
  AffineOptions & { readonly axis?: number }
>;

/** x normalised over all axes but the first, in groups of neighbours along an axis: Wu, He, 2018. */
export function groupNorm(x: TensorLike, groups: number, given?: AffineOptions & { readonly axis?: number }): Tensor {
  const { axis, epsilon, ...options } = optionsOf('groupNorm', given, groupNormKinds);
  readArgument('groupNorm', 'groups', groups, positiveInteger);
  const value = asFloat('groupNorm', x);
  const along = normalizeAxis('groupNorm', axis, value.type.shape.length);
  const length = value.type.shape[along];
  if (!Number.isInteger(length / groups)) {
    throw new ManabiError('shape', `Axis ${along} has length ${length}, which ${groups} groups do not divide.`, {
      op: 'groupNorm',
      data: { shape: value.type.shape, axis: along, groups },
    });
  }
  const operands = [value, ...affine('groupNorm', value, [length], options)];
  return new Tensor(composite('groupNorm', operands, { axis: along, groups, epsilon }));
}

type Affine = Pick<AffineOptions, 'scale' | 'bias'>;

/** Scale and bias as far as they are given; a bias alone needs a scale of ones. */
function affine(op: string, value: LazyValue, shape: Shape, { scale, bias }: Affine): LazyValue[] {
  if (!scale && !bias) return [];
  return bias ? bothOf(op, value, shape, { scale, bias }) : bothOf(op, value, shape, { scale }).slice(0, 1);
}

function bothOf(op: string, { type: { dtype } }: LazyValue, shape: Shape, { scale, bias }: Affine): LazyValue[] {
  return [scale ?? ones(shape, { dtype }), bias ?? zeros(shape, { dtype })].map((each) => shaped(op, each, shape));
}

function shaped(op: string, x: Tensor, shape: Shape): LazyValue {
  const value = lazyOf(x);
  if (equalShapes(value.type.shape, shape)) return value;
  throw new ManabiError(
    'shape',
    `Scale, bias and statistics must have shape ${formatShape(shape)} here, but one has ${formatShape(value.type.shape)}.`,
    { op, data: { expected: shape, given: value.type.shape } },
  );
}
