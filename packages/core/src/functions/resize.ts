import { boolean, type KindsOf, listOf, oneOf, optional, positiveInteger } from '@manabi/errors';
import { type Interpolation, ManabiError } from '@manabi/ir';
import { Tensor } from '../tensor.ts';
import { axisKind, optionsOf } from './argument-kinds.ts';
import { normalizeAxis } from './axis.ts';
import { composite } from './composite.ts';
import { asFloat, asValue, type TensorLike } from './operand.ts';

/** Options of `resize`. */
export interface ResizeOptions {
  /** Axes to resize. `lengths` contains their new lengths in the same order. */
  readonly axes: readonly number[];
  /** New length of each axis in `axes`. */
  readonly lengths: readonly number[];
  /** Method of interpolation between elements. Default: `bilinear`. */
  readonly interpolation?: Interpolation;
  /**
   * When an axis shrinks: whether each output element is computed from all input elements that it covers, as in Pillow.
   * Default: false.
   */
  readonly antialias?: boolean;
}

const kinds = {
  axes: listOf(axisKind),
  lengths: listOf(positiveInteger),
  interpolation: optional(oneOf('nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'), 'bilinear'),
  antialias: optional(boolean, false),
} satisfies KindsOf<ResizeOptions>;

/**
 * Resizes axes by interpolation with half-pixel centres, as in TensorFlow 2 and Pillow: the output element at index i
 * is interpolated at position `(i + 0.5) * length / newLength - 0.5` of the input. Positions beyond the edges of the
 * input are ignored. Integers are converted to float32, except with `nearest`, which copies elements.
 *
 * @throws ManabiError `argument` unless each axis has a positive length; `axis` for an invalid axis; `shape` for an
 * empty axis
 * @example
 * ```ts
 * import { resize, tensor } from 'manabi';
 *
 * console.log(await resize(tensor([0, 2]), { axes: [0], lengths: [4] }).array()); // [0, 0.5, 1.5, 2]
 * ```
 */
export function resize(x: TensorLike, options: ResizeOptions): Tensor {
  const { axes: given, lengths, interpolation, antialias } = optionsOf('resize', options, kinds);
  const value = interpolation === 'nearest' ? asValue('resize', x) : asFloat('resize', x);
  const { shape } = value.type;
  const axes = given.map((axis) => normalizeAxis('resize', axis, shape.length));
  if (lengths.length !== axes.length) {
    throw new ManabiError(
      'argument',
      `\`lengths\` must have one entry for each of the ${axes.length} axes; got [${lengths.join(', ')}].`,
      { op: 'resize', data: { axes, lengths } },
    );
  }
  const empty = axes.find((axis) => shape[axis] === 0);
  if (empty !== undefined) {
    throw new ManabiError('shape', `Axis ${empty} is empty and cannot be resized. Remove it from \`axes\`.`, {
      op: 'resize',
      data: { shape, axis: empty },
    });
  }
  return new Tensor(composite('resize', [value], { axes, lengths, interpolation, antialias }));
}
