import {
  anyOf,
  boolean,
  functionOf,
  type KindsOf,
  kind,
  listOf,
  ManabiError,
  notNegative,
  nullable,
  number,
  type OptionValues,
  oneOf,
  optional,
  positive,
  readOptions,
} from '@manabi/errors';
import type { HostArray } from '@manabi/ir';
import { splitKind } from '../images/image-folder-options.ts';
import type { FillMode } from './affine.ts';
import type { ShiftRange, TransformRanges } from './random-transform.ts';

/** Options of `ImageDataGenerator`, named as in Keras. */
export interface ImageDataGeneratorOptions {
  /** Whether to subtract the mean of each channel over all images; requires `fit`. */
  readonly featurewiseCenter?: boolean;
  /** Whether to subtract the mean of each image. */
  readonly samplewiseCenter?: boolean;
  /** Whether to divide by the standard deviation of each channel over all images; requires `fit`, and centres too. */
  readonly featurewiseStdNormalization?: boolean;
  /** Whether to divide each image by its standard deviation; centres too. */
  readonly samplewiseStdNormalization?: boolean;
  /** Whether to whiten by ZCA; requires `fit`, and centres the features. */
  readonly zcaWhitening?: boolean;
  /** Constant that is added to the singular values; 1e-6 by default. */
  readonly zcaEpsilon?: number;
  /** Largest rotation, in degrees. */
  readonly rotationRange?: number;
  /** A fraction of the width below 1, an integer n for (-n, n) pixels, or a list of pixels. See `compat`. */
  readonly widthShiftRange?: ShiftRange;
  /** A fraction of the height below 1, an integer n for (-n, n) pixels, or a list of pixels. See `compat`. */
  readonly heightShiftRange?: ShiftRange;
  /** Smallest and largest factor of the brightness. */
  readonly brightnessRange?: readonly [number, number] | null;
  /** Largest shear, in degrees. */
  readonly shearRange?: number;
  /** Smallest and largest zoom; a number z means [1 - z, 1 + z]. Factors below 1 enlarge the image. */
  readonly zoomRange?: number | readonly [number, number];
  /** Largest value to add to the channels. */
  readonly channelShiftRange?: number;
  /** How pixels outside the image are filled; `nearest` by default. */
  readonly fillMode?: FillMode;
  /** Value of the pixels outside the image for the fill mode `constant`; 0 by default. */
  readonly cval?: number;
  readonly horizontalFlip?: boolean;
  readonly verticalFlip?: boolean;
  /** Factor of all values, applied after the transformation. */
  readonly rescale?: number | null;
  /** Function that is applied to each image `[height, width, channels]` after the transformation, and before `rescale`. */
  readonly preprocessingFunction?: ((image: HostArray) => HostArray) | null;
  /** Fraction of the images to reserve for the subset `validation`. */
  readonly validationSplit?: number;
  /** Order of the interpolation: 0 (nearest) or 1 (linear, default). */
  readonly interpolationOrder?: 0 | 1;
  /**
   * `keras` (default): rotations, shifts, shears and zooms are those of Keras, which has exchanged the axes since version 2.9:
   * `widthShiftRange` moves images vertically, and `heightShiftRange` horizontally, and images that are not square turn about
   * another point than their centre. `fixed`: the axes are right.
   */
  readonly compat?: 'keras' | 'fixed';
}

const shiftKind = anyOf(notNegative, listOf(number(), { min: 1 }));

const pairKind = listOf(number(), { length: 2 });

const orderKind = kind('0 or 1', (given): given is 0 | 1 => given === 0 || given === 1);

const kinds = {
  featurewiseCenter: optional(boolean, false),
  samplewiseCenter: optional(boolean, false),
  featurewiseStdNormalization: optional(boolean, false),
  samplewiseStdNormalization: optional(boolean, false),
  zcaWhitening: optional(boolean, false),
  zcaEpsilon: optional(positive, 1e-6),
  rotationRange: optional(notNegative, 0),
  widthShiftRange: optional(shiftKind, 0),
  heightShiftRange: optional(shiftKind, 0),
  brightnessRange: optional(nullable(pairKind), null),
  shearRange: optional(notNegative, 0),
  zoomRange: optional(anyOf(notNegative, pairKind), 0),
  channelShiftRange: optional(notNegative, 0),
  fillMode: optional(oneOf('nearest', 'constant', 'reflect', 'wrap'), 'nearest'),
  cval: optional(number(), 0),
  horizontalFlip: optional(boolean, false),
  verticalFlip: optional(boolean, false),
  rescale: optional(nullable(number()), null),
  preprocessingFunction: optional(nullable(functionOf<(image: HostArray) => HostArray>()), null),
  validationSplit: optional(splitKind),
  interpolationOrder: optional(orderKind, 1),
  compat: optional(oneOf('keras', 'fixed'), 'keras'),
} satisfies KindsOf<ImageDataGeneratorOptions>;

/** Options of `ImageDataGenerator` with their defaults, and with the options that others imply. */
export type GeneratorSettings = Omit<OptionValues<typeof kinds>, keyof TransformRanges> & TransformRanges;

/** Checks the options of `ImageDataGenerator`. */
export function readGeneratorOptions(op: string, given: ImageDataGeneratorOptions): GeneratorSettings {
  const options = readOptions(op, given, kinds);
  const { zoomRange, zcaWhitening, featurewiseStdNormalization, samplewiseStdNormalization, brightnessRange } = options;
  if (zcaWhitening && featurewiseStdNormalization) {
    throw new ManabiError('argument', '`zcaWhitening` replaces `featurewiseStdNormalization`. Set only one of them.', {
      op,
    });
  }
  if (brightnessRange?.some((factor) => factor < 0)) {
    throw new ManabiError('argument', `\`brightnessRange\` must not be negative; got [${brightnessRange}].`, { op });
  }
  return {
    ...options,
    zoomRange: typeof zoomRange === 'number' ? [1 - zoomRange, 1 + zoomRange] : zoomRange,
    // As in Keras, a normalization centres too.
    featurewiseCenter: options.featurewiseCenter || zcaWhitening || featurewiseStdNormalization,
    samplewiseCenter: options.samplewiseCenter || samplewiseStdNormalization,
  };
}
