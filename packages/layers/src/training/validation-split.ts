import { ManabiError } from '@manabi/core';
import { type Samples, sampleCount, sliceSamples } from './array-source.ts';

/**
 * Samples to train on, and the last ones to validate on: as in Keras, in the order given, before any shuffle.
 *
 * @param share of the samples to validate on, above 0 and below 1
 * @throws ManabiError `argument` if the share leaves nothing on a side, or is no share
 */
export function splitForValidation(
  samples: Samples,
  share: number,
): { readonly training: Samples; readonly validation: Samples } {
  const count = sampleCount(samples);
  const at = Math.floor(count * (1 - share));
  if (!(share > 0 && share < 1) || at === 0 || at === count) {
    throw new ManabiError(
      'argument',
      share > 0 && share < 1
        ? `Of ${count} samples, a validationSplit of ${share} leaves ${at} to train on and ${count - at} to validate on.`
        : `validationSplit is a share of the samples, above 0 and below 1, not ${share}.`,
      { op: 'fit', data: { option: 'validationSplit', value: share, samples: count } },
    );
  }
  return { training: sliceSamples(samples, 0, at), validation: sliceSamples(samples, at, count) };
}
