import { type CompositeConfigs, type HostArray, hostArray } from '@manabi/ir';
import type { OpenNode } from '../symbolic/open-graph.ts';
import { float, int, text } from '../write/attribute.ts';
import { transpose } from '../write/layout.ts';
import { isEmpty, isFloat32 } from './operand.ts';
import type { CompositeRow, CompositeRows } from './row.ts';

/** Names of composites that resize images. */
export type ResampleName = 'resize';

type Config = CompositeConfigs['resize'];

/** ONNX's name of each interpolation mode; ONNX has no Lanczos interpolation. */
const MODES = { nearest: 'nearest', bilinear: 'linear', bicubic: 'cubic', lanczos3: null, lanczos5: null } as const;

/**
 * Returns whether Resize of ONNX computes the same result as the composite, given the factor along each axis. With nearest-neighbour interpolation, it
 * may choose a different one of two equally near pixels, because it computes coordinates in float32; such ties do not
 * occur with integer factors. When images shrink, the weights of antialiasing differ between runtimes.
 */
function isSame({ interpolation, antialias }: Config, factors: readonly number[]): boolean {
  if (interpolation === 'nearest') return factors.every(Number.isInteger);
  // ONNX Runtime's optimizer moves transposes through a cubic Resize. Its kernel for the moved axes only supports enlarging.
  const isLarger = factors.every((factor) => factor >= 1);
  return isLarger || (interpolation === 'bilinear' && !antialias);
}

const resize: CompositeRow<Config> = (scope, node, config) => {
  const { axes, interpolation } = config;
  const [x] = node.operands;
  const mode = MODES[interpolation];
  const times = factorsOf(node, axes);
  const { length: rank } = scope.shape(x);
  if (mode === null || times === null || !isFloat32(scope, node) || isEmpty(scope, x)) return null;
  // The resized axes must be all axes except those of the batch and the channels: runtimes have kernels only for this
  // case.
  const isImage = rank === axes.length + 2 && !axes.includes(0) && new Set(axes).size === axes.length;
  if (!isImage || axes.length > (mode === 'nearest' ? 3 : 2) || !isSame(config, times)) return null;
  if (mode === 'cubic' && axes.length !== 2) return null;
  const { writer: w } = scope;
  // The linear kernel multiplies the weights of two axes, whose rounding may move sums off the half before pixels are rounded.
  if (w.file.isForBackend && mode === 'linear' && !times.every(Number.isInteger)) return null;
  const rest = scope.shape(x).flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const order = [...rest, ...axes];
  // Factors are used because, unlike lengths, they do not depend on the batch size. The `axes` attribute is avoided,
  // because ONNX Runtime's optimizer handles it incorrectly.
  const scales = times.every(Number.isInteger) ? w.constant(floatsOf([1, 1, ...times])) : null;
  const after = axes.map((axis) => scope.shape(node.results[0])[axis]);
  const sizes = scales === null ? w.shape([...rest.map((axis) => scope.shape(x)[axis]), ...after]) : null;
  const resized = w.emitOne('Resize', [transpose(w, scope.term(x), order), null, scales, sizes], 'float32', {
    mode: text(mode),
    coordinate_transformation_mode: text('half_pixel'),
    nearest_mode: mode === 'nearest' ? text('round_prefer_ceil') : undefined,
    cubic_coeff_a: mode === 'cubic' ? float(-0.5) : undefined,
    exclude_outside: mode === 'cubic' ? int(1) : undefined,
  });
  return [
    transpose(
      w,
      resized,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ];
};

/**
 * Returns the length of the result divided by that of the image along each axis; null if a quotient depends on a variable
 * length.
 */
function factorsOf(
  { traced, operands: [x], results: [y] }: OpenNode<'call'>,
  axes: readonly number[],
): number[] | null {
  const all = traced.map(({ types }) => axes.map((axis) => types[y].shape[axis] / types[x].shape[axis]));
  return all.every((factors) => factors.every((factor, i) => factor === all[0][i])) ? all[0] : null;
}

function floatsOf(values: readonly number[]): HostArray {
  return hostArray('float32', [values.length], Float32Array.from(values));
}

export const resampleRows: CompositeRows<ResampleName> = { resize: { open: 'lengths', write: resize } };
