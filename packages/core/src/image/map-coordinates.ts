import { type KindsOf, wrongArgument } from '@manabi/errors';
import { formatShape, ManabiError } from '@manabi/ir';
import { optionsOf } from '../functions/argument-kinds.ts';
import { index } from '../functions/index-by.ts';
import { asTensor, type TensorLike } from '../functions/operand.ts';
import { reshape } from '../functions/shape.ts';
import type { Tensor } from '../tensor.ts';
import { numbersOf, type Transforms } from './affine-transform.ts';
import { type SamplingOptions, sample, samplingKinds } from './sampling.ts';

/** Options of `mapCoordinates`. */
export interface MapCoordinatesOptions extends SamplingOptions {}

const kinds = { ...samplingKinds } satisfies KindsOf<MapCoordinatesOptions>;

/**
 * Reads a tensor at positions between its elements (SciPy and Keras `map_coordinates` of order 0 and 1).
 *
 * @param coordinates positions [rank, ...]: one array of positions for each axis of x
 * @throws ManabiError `shape` unless there is one array of positions for each axis; `argument` for invalid options
 * @example
 * ```ts
 * import { image, tensor } from 'manabi';
 *
 * console.log(await image.mapCoordinates(tensor([[0, 1], [10, 11]]), [[0.5, 1], [0, 1]]).array()); // [5, 11]
 * ```
 */
export function mapCoordinates(x: TensorLike, coordinates: Transforms, options?: MapCoordinatesOptions): Tensor {
  const op = 'image.mapCoordinates';
  const sampling = optionsOf(op, options, kinds);
  const value = asTensor(op, x);
  const positions = numbersOf('mapCoordinates', 'coordinates', coordinates);
  if (value.rank === 0) throw wrongArgument({ op, name: 'x' }, 'a tensor with at least one axis', x);
  if (positions.rank === 0 || positions.shape[0] !== value.rank || value.size === 0) {
    throw new ManabiError(
      'shape',
      `Coordinates must have shape [${value.rank}, ...], with one array of positions for each axis of a tensor with ` +
        `elements; got ${formatShape(positions.shape)} for a tensor of shape ${formatShape(value.shape)}.`,
      { op, data: { shape: value.shape, coordinates: positions.shape } },
    );
  }
  const axes = value.shape.map((length, axis) => ({ position: index(positions, axis), length }));
  return sample(reshape(value, [value.size]), null, axes, sampling);
}
