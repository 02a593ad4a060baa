/** Interpolation of `resizeImage`, named as in `tf.image.resize`. */
export type Interpolation =
  | 'bilinear'
  | 'nearest'
  | 'bicubic'
  | 'area'
  | 'lanczos3'
  | 'lanczos5'
  | 'gaussian'
  | 'mitchellcubic';

/** All interpolations of `resizeImage`. */
export const interpolations = [
  'bilinear',
  'nearest',
  'bicubic',
  'area',
  'lanczos3',
  'lanczos5',
  'gaussian',
  'mitchellcubic',
] as const satisfies readonly Interpolation[];

/** A symmetric filter: its weight at a distance of at least 0, which is zero beyond `radius`. */
interface Filter {
  readonly radius: number;
  readonly weight: (distance: number) => number;
}

/** Filters of the interpolations that weigh input pixels by their distance, as in TensorFlow's `ScaleAndTranslate`. */
export const filters: Readonly<Record<Exclude<Interpolation, 'nearest' | 'area'>, Filter>> = {
  bilinear: { radius: 1, weight: (x) => Math.max(0, 1 - x) },
  // Keys, "Cubic convolution interpolation for digital image processing", 1981, with a = -0.5.
  bicubic: {
    radius: 2,
    weight: (x) => {
      if (x >= 2) return 0;
      return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1;
    },
  },
  mitchellcubic: {
    radius: 2,
    weight: (x) => {
      if (x >= 2) return 0;
      return x >= 1 ? (((-7 / 18) * x + 2) * x - 10 / 3) * x + 16 / 9 : ((7 / 6) * x - 2) * x * x + 8 / 9;
    },
  },
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
  gaussian: { radius: 1.5, weight: (x) => (x >= 1.5 ? 0 : Math.exp(-2 * x * x)) },
};

/* @__NO_SIDE_EFFECTS__ */
function lanczos(radius: number): Filter {
  return {
    radius,
    weight: (x) => {
      if (x > radius) return 0;
      if (x <= 1e-3) return 1;
      return (radius * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / radius)) / (Math.PI * Math.PI * x * x);
    },
  };
}
