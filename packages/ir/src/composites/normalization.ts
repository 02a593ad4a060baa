import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { expandAlong, expandOver, meanOver, offset, otherAxes } from './broadcast.ts';
import { callComposite } from './call.ts';
import type { Composite } from './composite.ts';

/**
 * Normalizations. Operands are `x` and optionally `scale` and `bias`, all of the same float dtype: y = (x - mean) /
 * √(variance + epsilon) · scale + bias, with the population variance.
 */
export interface NormalizationConfigs {
  /**
   * Normalizes over `axes`, which must be ascending (ONNX LayerNormalization). `scale` and `bias` have the lengths of
   * `x` on these axes.
   */
  layerNorm: { readonly axes: readonly number[]; readonly epsilon: number };
  /** Divides x by its root mean square over `axes`; without bias (ONNX RMSNormalization). */
  rmsNorm: { readonly axes: readonly number[]; readonly epsilon: number };
  /**
   * Normalizes with the given mean and variance (ONNX BatchNormalization). Operands `x`, `scale`, `bias`, `mean`,
   * `variance`; the last four have the length of `axis`.
   */
  batchNorm: { readonly axis: number; readonly epsilon: number };
  /**
   * Normalizes over all axes except `axis`; `scale` and `bias` have the length of `axis`. Returns y, and the mean and
   * variance of the batch, which have no gradient.
   */
  batchNormTraining: { readonly axis: number; readonly epsilon: number };
  /**
   * Splits `axis` into `groups` groups of adjacent channels, and normalizes each group over all axes except the first
   * (ONNX GroupNormalization). `scale` and `bias` have the length of `axis`.
   */
  groupNorm: { readonly axis: number; readonly groups: number; readonly epsilon: number };
}

/** Layer normalization: Ba, Kiros, Hinton, "Layer Normalization" (2016). */
const layerNorm: Composite<NormalizationConfigs['layerNorm']> = {
  body: (b, [x, ...affine], { axes, epsilon }) => {
    const { normalized } = standardize(b, x, axes, epsilon, true);
    return [applyAffine(b, normalized, affine, axes)];
  },
  vjp: (b, { operands: [x, ...affine], config: { axes, epsilon } }, [g]) =>
    pullBackNorm(b, g, standardize(b, x, axes, epsilon, true), affine, axes, axes, true),
};

/** Normalizations. The variance is computed in a second pass, after the mean, for accuracy. */
export const normalization: { readonly [K in keyof NormalizationConfigs]: Composite<NormalizationConfigs[K]> } = {
  layerNorm,
  /** Paper: Zhang, Sennrich, "Root Mean Square Layer Normalization" (2019). */
  rmsNorm: {
    body: (b, [x, ...affine], { axes, epsilon }) => {
      const { normalized } = standardize(b, x, axes, epsilon, false);
      return [applyAffine(b, normalized, affine, axes)];
    },
    vjp: (b, { operands: [x, ...affine], config: { axes, epsilon } }, [g]) =>
      pullBackNorm(b, g, standardize(b, x, axes, epsilon, false), affine, axes, axes, false),
  },
  batchNorm: {
    body: (b, [x, scale, bias, mean, variance], { axis, epsilon }) => {
      const shape = b.shape(x);
      const factor = b.mul(scale, inverseRoot(b, variance, epsilon));
      const centered = b.sub(x, expandAlong(b, mean, shape, [axis]));
      return [applyAffine(b, centered, [factor, bias], [axis])];
    },
  },
  /**
   * Paper: Ioffe, Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate
   * Shift" (2015).
   */
  batchNormTraining: {
    body: (b, [x, ...affine], { axis, epsilon }) => {
      const over = otherAxes(b.shape(x), [axis]);
      const { normalized, mean, variance } = standardize(b, x, over, epsilon, true);
      return [applyAffine(b, normalized, affine, [axis]), b.stopGradient(mean), b.stopGradient(variance)];
    },
    vjp: (b, { operands: [x, ...affine], config: { axis, epsilon } }, [g]) => {
      const over = otherAxes(b.shape(x), [axis]);
      return pullBackNorm(b, g, standardize(b, x, over, epsilon, true), affine, [axis], over, true);
    },
  },
  /** Paper: Wu, He, "Group Normalization" (2018). */
  groupNorm: {
    body: (b, [x, ...affine], { axis, groups, epsilon }) => {
      const shape = b.shape(x);
      const split = [...shape.slice(0, axis), groups, shape[axis] / groups, ...shape.slice(axis + 1)];
      const axes = split.map((_, i) => i).filter((i) => i > 0 && i !== axis);
      const [normalized] = callComposite(b, 'layerNorm', layerNorm, [b.reshape(x, split)], { axes, epsilon });
      return [applyAffine(b, b.reshape(normalized, shape), affine, [axis])];
    },
  },
};

interface Standardized {
  /** x minus its mean, divided by its standard deviation. */
  readonly normalized: Value;
  readonly mean: Value;
  readonly variance: Value;
  /** 1 / standard deviation, broadcast to the shape of x. */
  readonly inverse: Value;
}

function standardize(
  b: GraphBuilder,
  x: Value,
  axes: readonly number[],
  epsilon: number,
  isCentered: boolean,
): Standardized {
  const shape = b.shape(x);
  const mean = meanOver(b, x, axes);
  const centered = isCentered ? b.sub(x, expandOver(b, mean, shape, axes)) : x;
  const variance = meanOver(b, b.mul(centered, centered), axes);
  const inverse = expandOver(b, inverseRoot(b, variance, epsilon), shape, axes);
  return { normalized: b.mul(centered, inverse), mean, variance, inverse };
}

function inverseRoot(b: GraphBuilder, variance: Value, epsilon: number): Value {
  return b.div(b.full(variance, 1), b.sqrt(offset(b, variance, epsilon)));
}

/** Computes x · scale + bias, where the axes of scale and bias are `axes` of x. Either may be missing. */
function applyAffine(b: GraphBuilder, x: Value, [scale, bias]: readonly Value[], axes: readonly number[]): Value {
  const shape = b.shape(x);
  const scaled = scale === undefined ? x : b.mul(x, expandAlong(b, scale, shape, axes));
  return bias === undefined ? scaled : b.add(scaled, expandAlong(b, bias, shape, axes));
}

/**
 * Returns the cotangents of x, scale and bias. Let g be the cotangent of the result, h = g · scale, and n the
 * normalized x. The cotangent of x is then (h - mean(h) - n · mean(h · n)) / deviation. The term mean(h) is omitted if
 * the normalization does not subtract the mean. If the scale is the same wherever a mean is computed, it is a factor of the
 * result instead, and the sums of g and g · n serve the cotangents of scale and bias too.
 */
function pullBackNorm(
  b: GraphBuilder,
  g: Value,
  { normalized, inverse }: Standardized,
  affine: readonly Value[],
  affineAxes: readonly number[],
  over: readonly number[],
  isCentered: boolean,
): Value[] {
  const shape = b.shape(g);
  const spreadMean = (value: Value): Value => expandOver(b, meanOver(b, value, over), shape, over);
  const scale = affine.slice(0, 1);
  const isCommon = affineAxes.every((axis) => !over.includes(axis));
  const h = isCommon ? g : applyAffine(b, g, scale, affineAxes);
  const centered = isCentered ? b.sub(h, spreadMean(h)) : h;
  const along = b.mul(normalized, spreadMean(b.mul(h, normalized)));
  const others = otherAxes(shape, affineAxes);
  const forAffine = [b.mul(g, normalized), g].slice(0, affine.length).map((value) => b.reduceSum(value, others));
  const forX = b.mul(inverse, b.sub(centered, along));
  return [isCommon ? applyAffine(b, forX, scale, affineAxes) : forX, ...forAffine];
}
