import { boolean, type KindsOf, listOf, oneOf, optional, positiveInteger } from '@manabi/errors';
import { type Interpolation, ManabiError } from '@manabi/ir';
import { Tensor } from '../tensor.ts';
import { axisKind, optionsOf } from './argument-kinds.ts';
import { normalizeAxis } from './axis.ts';
import { composite } from './composite.ts';
import { asFloat, asValue, type TensorLike } from './operand.ts';

/** How `resize` brings axes to other lengths. */
export interface ResizeOptions {
  /** The axes, in the order in which they are resized. */
  readonly axes: readonly number[];
  /** New lengths of the axes. */
  readonly lengths: readonly number[];
  /** How values between places are found; by default `bilinear`. */
  readonly interpolation?: Interpolation;
  /** Whether, where an axis gets shorter, all old places count that a new one covers, as in Pillow. By default false. */
  readonly antialias?: boolean;
}

const kinds = {
  axes: listOf(axisKind),
  lengths: listOf(positiveInteger),
  interpolation: optional(oneOf('nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'), 'bilinear'),
  antialias: optional(boolean, false),
} satisfies KindsOf<ResizeOptions>;

/**
 * Axes brought to other lengths. Places are areas, so their centres lie at halves: the new place i is at
 * `(i + 0.5) * length / newLength`, TensorFlow 2's and Pillow's rule. What lies beyond the edge does not count. Unless
 * `nearest`, which repeats, the result is float.
 *
 * @throws ManabiError `argument` if there is not a length from 1 for each axis; `axis`; `shape` if an axis has no places
 * @example `resize(images, { axes: [1, 2], lengths: [224, 224] })` // [batch, rows, columns, channels]
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
    throw new ManabiError('shape', `Axis ${empty} has no places, so that it cannot be brought to another length.`, {
      op: 'resize',
      data: { shape, axis: empty },
    });
  }
  return new Tensor(composite('resize', [value], { axes, lengths, interpolation, antialias }));
}
