import { checkOptions, type Interpolation, ManabiError, type OptionNames } from '@manabi/ir';
import { Tensor } from '../tensor.ts';
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

const resizeOptions: OptionNames<ResizeOptions> = { axes: true, lengths: true, interpolation: true, antialias: true };

/**
 * Axes brought to other lengths. Places are areas, so their centres lie at halves: the new place i is at
 * `(i + 0.5) * length / newLength`, TensorFlow 2's and Pillow's rule. What lies beyond the edge does not count. Unless
 * `nearest`, which repeats, the result is float.
 *
 * @throws ManabiError `argument` if there is not a length from 1 for each axis; `axis`; `shape` if an axis has no places
 * @example `resize(images, { axes: [1, 2], lengths: [224, 224] })` // [batch, rows, columns, channels]
 */
export function resize(x: TensorLike, options: ResizeOptions): Tensor {
  checkOptions('resize', options, resizeOptions);
  const { lengths, interpolation = 'bilinear', antialias = false } = options;
  const value = interpolation === 'nearest' ? asValue('resize', x) : asFloat('resize', x);
  const { shape } = value.type;
  const axes = options.axes.map((axis) => normalizeAxis('resize', axis, shape.length));
  if (lengths.length !== axes.length || !lengths.every((length) => Number.isInteger(length) && length > 0)) {
    throw new ManabiError(
      'argument',
      `resize needs a whole number from 1 for each of its ${axes.length} axes, but lengths are [${lengths.join(', ')}].`,
      { op: 'resize', data: { axes: options.axes, lengths } },
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
