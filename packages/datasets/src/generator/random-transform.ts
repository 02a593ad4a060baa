import type { NumpyRandom } from '../numpy/numpy-random.ts';
import type { AffineParameters } from './affine.ts';

/** A transformation of an image, as drawn by `getRandomTransform` and applied by `applyTransform`. */
export interface TransformParameters extends AffineParameters {
  readonly flipHorizontal: boolean;
  readonly flipVertical: boolean;
  /** Value to add to all channels; null for none. */
  readonly channelShiftIntensity: number | null;
  /** Factor of the brightness; null for none. */
  readonly brightness: number | null;
}

/** The transformation that changes nothing. */
export const identity: TransformParameters = {
  theta: 0,
  tx: 0,
  ty: 0,
  shear: 0,
  zx: 1,
  zy: 1,
  flipHorizontal: false,
  flipVertical: false,
  channelShiftIntensity: null,
  brightness: null,
};

/** Range of a shift: a fraction below 1, a number of pixels, or a list of values to choose from with either sign. */
export type ShiftRange = number | readonly number[];

/** Ranges from which transformations are drawn. */
export interface TransformRanges {
  readonly rotationRange: number;
  readonly widthShiftRange: ShiftRange;
  readonly heightShiftRange: ShiftRange;
  readonly shearRange: number;
  readonly zoomRange: readonly number[];
  readonly channelShiftRange: number;
  readonly brightnessRange: readonly number[] | null;
  readonly horizontalFlip: boolean;
  readonly verticalFlip: boolean;
}

/** Draws a transformation, in the order in which Keras draws its parts. */
export function drawTransform(
  ranges: TransformRanges,
  [height, width]: readonly number[],
  random: NumpyRandom,
): TransformParameters {
  const { rotationRange, shearRange, zoomRange, channelShiftRange, brightnessRange } = ranges;
  const around = (range: number) => (range === 0 ? 0 : random.uniform(-range, range));
  const theta = around(rotationRange);
  const tx = drawShift(ranges.heightShiftRange, height, random);
  const ty = drawShift(ranges.widthShiftRange, width, random);
  const shear = around(shearRange);
  const isZoomed = zoomRange[0] !== 1 || zoomRange[1] !== 1;
  const zoom = () => (isZoomed ? random.uniform(zoomRange[0], zoomRange[1]) : 1);
  const [zx, zy] = [zoom(), zoom()];
  // Both flips are drawn even if they are off.
  const [isFlippedX, isFlippedY] = [random.random() < 0.5, random.random() < 0.5];
  return {
    theta,
    tx,
    ty,
    shear,
    zx,
    zy,
    flipHorizontal: isFlippedX && ranges.horizontalFlip,
    flipVertical: isFlippedY && ranges.verticalFlip,
    channelShiftIntensity: channelShiftRange === 0 ? null : around(channelShiftRange),
    brightness: brightnessRange === null ? null : random.uniform(brightnessRange[0], brightnessRange[1]),
  };
}

/** Draws a shift: an integer range n yields integers in (-n, n), as in Keras. */
function drawShift(range: ShiftRange, length: number, random: NumpyRandom): number {
  if (range === 0 || (Array.isArray(range) && range.length === 0)) return 0;
  const sign = () => random.choice([-1, 1]);
  const largest = typeof range === 'number' ? range : Math.max(...range);
  const factor = largest < 1 ? length : 1;
  if (typeof range !== 'number') return random.choice(range) * sign() * factor;
  if (Number.isInteger(range)) return random.below(range) * sign() * factor;
  return random.uniform(-range, range) * factor;
}
