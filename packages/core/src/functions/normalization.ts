import { type KindsOf, notNegative, nullable, optional, positiveInteger, readArgument } from '@manabi/errors';
import { equalShapes, formatShape, ManabiError, type Shape } from '@manabi/ir';
import type { LazyValue } from '../lazy/value.ts';
import { lazyOf, Tensor } from '../tensor.ts';
import { axesKind, axisKind, optionsOf, tensorKind } from './argument-kinds.ts';
import { type Axis, normalizeAxes, normalizeAxis } from './axis.ts';
import { composite, compositeResults } from './composite.ts';
import { ones, zeros } from './creation.ts';
import { asFloat, type TensorLike } from './operand.ts';

/** Options of `layerNorm`, `groupNorm` and the batch normalization functions. */
export interface AffineOptions {
  /** Number added to the variance before the square root. Default: 1e-5; 1e-3 for batch normalization. */
  readonly epsilon?: number;
  /** Factor by which normalized elements are multiplied. Default: null, for none. */
  readonly scale?: Tensor | null;
  /** Term that is added after the multiplication by `scale`. Default: null, for none. */
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
 * Normalizes x to mean 0 and variance 1 over axes: `y = (x - mean) / sqrt(variance + epsilon) * scale + bias` (Ba,
 * Kiros & Hinton, "Layer normalization", 2016).
 *
 * @param given `axis`: axes over which mean and variance are computed (default: -1), and the options of
 * `AffineOptions`; the shape of `scale` and `bias` must be the lengths of these axes
 * @throws ManabiError `shape` unless scale and bias have the lengths of the axes; `axis` for an invalid axis
 * @example
 * ```ts
 * import { layerNorm, tensor } from 'manabi';
 *
 * console.log(await layerNorm(tensor([[1, 3]])).array()); // [[-1, 1]]
 * ```
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

/**
 * Divides x by its root mean square over axes: `y = x / sqrt(mean(x^2) + epsilon) * scale` (Zhang & Sennrich, "Root
 * mean square layer normalization", 2019).
 *
 * @param options `axis`: axes over which the mean square is computed (default: -1), `epsilon` and `scale`; the shape of
 * `scale` must be the lengths of these axes
 * @throws ManabiError `shape` unless scale has the lengths of the axes; `axis` for an invalid axis
 * @example
 * ```ts
 * import { rmsNorm, tensor } from 'manabi';
 *
 * console.log(await rmsNorm(tensor([[3, 4]]), { epsilon: 0 }).array()); // [[0.8485, 1.1314]]
 * ```
 */
export function rmsNorm(x: TensorLike, options?: Omit<AffineOptions, 'bias'> & { readonly axis?: Axis }): Tensor {
  const { axis, epsilon, scale } = optionsOf('rmsNorm', options, rmsNormKinds);
  const value = asFloat('rmsNorm', x);
  const axes = normalizeAxes('rmsNorm', axis, value.type.shape.length);
  const shape = axes.map((each) => value.type.shape[each]);
  return new Tensor(composite('rmsNorm', [value, ...affine('rmsNorm', value, shape, { scale })], { axes, epsilon }));
}

/** Options of `batchNorm`. */
export interface BatchNormOptions extends AffineOptions {
  /** Axis of the features. Default: -1, the last. */
  readonly axis?: number;
  /** Mean of each feature. */
  readonly mean: Tensor;
  /** Variance of each feature. */
  readonly variance: Tensor;
}

const batchNormKinds = {
  axis: optional(axisKind, -1),
  ...affineKinds(1e-3),
  mean: tensorKind,
  variance: tensorKind,
} satisfies KindsOf<BatchNormOptions>;

/**
 * Normalizes each feature with the given mean and variance, as at inference: `y = (x - mean) / sqrt(variance + epsilon)
 * * scale + bias` (Ioffe & Szegedy, "Batch normalization", 2015).
 *
 * @throws ManabiError `shape` unless statistics, scale and bias have the length of the feature axis; `axis` for an
 * invalid axis
 * @example
 * ```ts
 * import { batchNorm, tensor } from 'manabi';
 *
 * const x = tensor([[1, 2], [3, 6]]);
 * const result = batchNorm(x, { mean: tensor([1, 2]), variance: tensor([1, 4]), epsilon: 0 });
 * console.log(await result.array()); // [[0, 0], [2, 2]]
 * ```
 */
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
 * Normalizes each feature with its mean and variance in the batch, which are computed over all other axes, as in
 * training. Also returns this mean and (population) variance, through which no gradient flows, to update running
 * averages (Ioffe & Szegedy, "Batch normalization", 2015).
 *
 * @param given `axis`: axis of the features (default: -1), and the options of `AffineOptions`
 * @throws ManabiError `axis` for an invalid axis; `shape` if `scale` or `bias` does not have one value per feature;
 * `argument` for invalid options
 * @example
 * ```ts
 * import { batchNormTraining, tensor } from 'manabi';
 *
 * const { result, mean } = batchNormTraining(tensor([[1], [3]]), { epsilon: 0 });
 * console.log(await result.array()); // [[-1], [1]]
 * console.log(await mean.array()); // [2]
 * ```
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

/**
 * Normalizes x to mean 0 and variance 1 in each sample and group of neighbouring channels. Mean and variance are
 * computed over the channels of the group and all other axes except the first (Wu & He, "Group normalization", 2018).
 *
 * @param groups number of groups; it must divide the number of channels
 * @param given `axis`: axis of the channels (default: -1), and the options of `AffineOptions`
 * @throws ManabiError `shape` if `groups` does not divide the length; `axis` for an invalid axis
 * @example
 * ```ts
 * import { groupNorm, tensor } from 'manabi';
 *
 * console.log(await groupNorm(tensor([[1, 3, 10, 30]]), 2, { epsilon: 0 }).array()); // [[-1, 1, -1, 1]]
 * ```
 */
export function groupNorm(x: TensorLike, groups: number, given?: AffineOptions & { readonly axis?: number }): Tensor {
  const { axis, epsilon, ...options } = optionsOf('groupNorm', given, groupNormKinds);
  readArgument('groupNorm', 'groups', groups, positiveInteger);
  const value = asFloat('groupNorm', x);
  const along = normalizeAxis('groupNorm', axis, value.type.shape.length);
  const length = value.type.shape[along];
  if (!Number.isInteger(length / groups)) {
    throw new ManabiError(
      'shape',
      `\`groups\` must divide the length of axis ${along}; got ${groups} groups for length ${length}.`,
      {
        op: 'groupNorm',
        data: { shape: value.type.shape, axis: along, groups },
      },
    );
  }
  const operands = [value, ...affine('groupNorm', value, [length], options)];
  return new Tensor(composite('groupNorm', operands, { axis: along, groups, epsilon }));
}

type Affine = Pick<AffineOptions, 'scale' | 'bias'>;

/**
 * Returns the operands of a normalization composite for scale and bias. If there is a bias but no scale, the scale is a
 * tensor of ones.
 */
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
    `Scale, bias and statistics must have shape ${formatShape(shape)}; got ${formatShape(value.type.shape)}.`,
    { op, data: { expected: shape, given: value.type.shape } },
  );
}
