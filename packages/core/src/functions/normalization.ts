import { checkOptions, equalShapes, formatShape, ManabiError, type OptionNames, type Shape } from '@manabi/ir';
import type { LazyValue } from '../lazy/value.ts';
import { lazyOf, Tensor } from '../tensor.ts';
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

const affineOptions: OptionNames<AffineOptions> = { epsilon: true, scale: true, bias: true };

/**
 * x brought to mean 0 and variance 1 over axes, by default the last: Ba, Kiros, Hinton, 2016. `scale` and `bias` have the
 * shape of x over these axes.
 *
 * @throws ManabiError `shape`, `axis`
 */
export function layerNorm(x: TensorLike, given: AffineOptions & { readonly axis?: Axis } = {}): Tensor {
  checkOptions('layerNorm', given, { axis: true, ...affineOptions });
  const { axis = -1, ...options } = given;
  const value = asFloat('layerNorm', x);
  const axes = normalizeAxes('layerNorm', axis, value.type.shape.length);
  const shape = axes.map((each) => value.type.shape[each]);
  const { epsilon = 1e-5 } = options;
  return new Tensor(composite('layerNorm', [value, ...affine('layerNorm', value, shape, options)], { axes, epsilon }));
}

/** x divided by its root mean square over axes, by default the last: Zhang, Sennrich, 2019. */
export function rmsNorm(x: TensorLike, options: Omit<AffineOptions, 'bias'> & { readonly axis?: Axis } = {}): Tensor {
  checkOptions('rmsNorm', options, { axis: true, epsilon: true, scale: true });
  const { axis = -1, epsilon = 1e-5, scale = null } = options;
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

/** x brought to given means and variances along an axis to mean 0 and variance 1: Ioffe, Szegedy, 2015. */
export function batchNorm(x: TensorLike, given: BatchNormOptions): Tensor {
  checkOptions('batchNorm', given, { axis: true, mean: true, variance: true, ...affineOptions });
  const { axis = -1, mean, variance, ...options } = given;
  const value = asFloat('batchNorm', x);
  const along = normalizeAxis('batchNorm', axis, value.type.shape.length);
  const shape = [value.type.shape[along]];
  const statistics = [mean, variance].map((each) => shaped('batchNorm', each, shape));
  const operands = [value, ...bothOf('batchNorm', value, shape, options), ...statistics];
  return new Tensor(composite('batchNorm', operands, { axis: along, epsilon: options.epsilon ?? 1e-3 }));
}

/**
 * x normalised with the statistics of its own batch over all axes but one, and these statistics (of the population), for
 * running averages; no gradient flows through them.
 */
export function batchNormTraining(
  x: TensorLike,
  given: AffineOptions & { readonly axis?: number } = {},
): { result: Tensor; mean: Tensor; variance: Tensor } {
  checkOptions('batchNormTraining', given, { axis: true, ...affineOptions });
  const { axis = -1, ...options } = given;
  const value = asFloat('batchNorm', x);
  const along = normalizeAxis('batchNorm', axis, value.type.shape.length);
  const operands = [value, ...bothOf('batchNorm', value, [value.type.shape[along]], options)];
  const [result, mean, variance] = compositeResults('batchNormTraining', operands, {
    axis: along,
    epsilon: options.epsilon ?? 1e-3,
  });
  return { result, mean, variance };
}

/** x normalised over all axes but the first, in groups of neighbours along an axis: Wu, He, 2018. */
export function groupNorm(
  x: TensorLike,
  groups: number,
  given: AffineOptions & { readonly axis?: number } = {},
): Tensor {
  checkOptions('groupNorm', given, { axis: true, ...affineOptions });
  const { axis = -1, ...options } = given;
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
  return new Tensor(composite('groupNorm', operands, { axis: along, groups, epsilon: options.epsilon ?? 1e-5 }));
}

/** Scale and bias as far as they are given; a bias alone needs a scale of ones. */
function affine(op: string, value: LazyValue, shape: Shape, { scale, bias }: AffineOptions): LazyValue[] {
  if (!scale && !bias) return [];
  return bias ? bothOf(op, value, shape, { scale, bias }) : bothOf(op, value, shape, { scale }).slice(0, 1);
}

function bothOf(op: string, { type: { dtype } }: LazyValue, shape: Shape, { scale, bias }: AffineOptions): LazyValue[] {
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
