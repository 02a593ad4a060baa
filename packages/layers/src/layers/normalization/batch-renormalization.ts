import { add, clip, div, maximum, mul, sqrt, square, stopGradient, sub, type Tensor } from '@manabi/core';
import { checked, type Kind, type KindsOf, notNegative, objectOf, optional, wrongArgument } from '@manabi/errors';
import type { Moments } from './moments.ts';

/** Limits of the corrections `r` and `d` of batch renormalization. A limit that is omitted does not apply. */
export interface RenormClipping {
  /** Largest scale correction `r`. */
  readonly rmax?: number;
  /** Smallest scale correction `r`. */
  readonly rmin?: number;
  /** Largest magnitude of the shift correction `d`. */
  readonly dmax?: number;
}

/** Weights of batch renormalization: moving averages that each training step updates. */
export interface RenormState {
  readonly mean: Tensor;
  readonly deviation: Tensor;
}

const limits = {
  rmax: optional(notNegative),
  rmin: optional(notNegative),
  dmax: optional(notNegative),
} satisfies KindsOf<RenormClipping>;

/** Validator for the option `renormClipping`. */
export const clippingKind: Kind<RenormClipping> = checked(
  objectOf(limits),
  ({ rmin = 0, rmax = Number.POSITIVE_INFINITY }, place) => {
    if (rmin > rmax) throw wrongArgument({ ...place, name: `${place.name}.rmin` }, `at most rmax, ${rmax}`, rmin);
  },
);

/**
 * Computes the scale and bias of batch renormalization: `r · gamma` and `d · gamma + beta`, with
 * `r = clip(deviation / movingDeviation)` and `d = clip((mean - movingMean) / movingDeviation)`, and the deviation of the
 * batch. `r` and `d` have no gradient. Source: S. Ioffe, "Batch renormalization: towards reducing minibatch dependence in
 * batch-normalized models", 2017.
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

/** Returns the variance for a given `deviation`, where `deviation = sqrt(variance + epsilon)`. */
export function varianceOfDeviation(deviation: Tensor, epsilon: number): Tensor {
  return maximum(sub(square(deviation), epsilon), 0);
}
