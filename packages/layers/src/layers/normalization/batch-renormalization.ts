import { add, clip, div, maximum, mul, sqrt, square, stopGradient, sub, type Tensor } from '@manabi/core';
import { checked, type Kind, type KindsOf, notNegative, objectOf, optional, wrongArgument } from '@manabi/errors';
import type { Moments } from './moments.ts';

/** Limits of the corrections of batch renormalisation; what is not given is not limited. */
export interface RenormClipping {
  readonly rmax?: number;
  readonly rmin?: number;
  readonly dmax?: number;
}

/** Statistics of all batches so far. */
export interface RenormState {
  readonly mean: Tensor;
  readonly deviation: Tensor;
}

const limits = {
  rmax: optional(notNegative),
  rmin: optional(notNegative),
  dmax: optional(notNegative),
} satisfies KindsOf<RenormClipping>;

/** The kind of limits of corrections. */
export const clippingKind: Kind<RenormClipping> = checked(
  objectOf(limits),
  ({ rmin = 0, rmax = Number.POSITIVE_INFINITY }, place) => {
    if (rmin > rmax) throw wrongArgument({ ...place, name: `${place.name}.rmin` }, `at most rmax, ${rmax}`, rmin);
  },
);

/**
 * Scale and shift that bring a batch, normalised by its own moments, to what the statistics of all batches would make of
 * it, within limits, and then to what is learned; and the batch's deviation. No gradient flows through the corrections:
 * Ioffe, "Batch renormalization", 2017.
 */
export function corrections(
  { mean, variance }: Moments,
  known: RenormState,
  { scale, bias }: { readonly scale: Tensor | null; readonly bias: Tensor | null },
  epsilon: number,
  clipping: RenormClipping | null,
): { readonly scale: Tensor; readonly bias: Tensor; readonly deviation: Tensor } {
  const { rmin = null, rmax = null, dmax = null } = clipping ?? {};
  const deviation = sqrt(add(variance, epsilon));
  const knownDeviation = maximum(known.deviation, Math.sqrt(epsilon));
  const r = stopGradient(clip(div(deviation, knownDeviation), rmin, rmax));
  const d = stopGradient(clip(div(sub(mean, known.mean), knownDeviation), dmax === null ? null : -dmax, dmax));
  const shift = scale === null ? d : mul(d, scale);
  return { scale: scale === null ? r : mul(r, scale), bias: bias === null ? shift : add(shift, bias), deviation };
}

/** The variance that a deviation of `corrections` stands for. */
export function varianceOfDeviation(deviation: Tensor, epsilon: number): Tensor {
  return maximum(sub(square(deviation), epsilon), 0);
}
