import { ManabiError } from '@manabi/core';
import { type Samples, sampleCount, sliceSamples } from '../../data/array-source.ts';

/**
 * Samples to train on, and the last ones to validate on: as in Keras, in the order given, before any shuffle.
 *
 * @param share of the samples to validate on, above 0 and below 1
 * @throws ManabiError `argument` if the share leaves nothing on a side
 */
export function splitForValidation(
  samples: Samples,
  share: number,
): { readonly training: Samples; readonly validation: Samples } {
  const count = sampleCount(samples);
  const at = Math.floor(count * (1 - share));
  if (at === 0 || at === count) {
    throw new ManabiError(
      'argument',
      `A \`validationSplit\` of ${share} leaves ${at} of ${count} samples to train on and ${count - at} to validate on.`,
      { op: 'fit', data: { name: 'validationSplit', given: share, samples: count } },
    );
  }
  return { training: sliceSamples(samples, 0, at), validation: sliceSamples(samples, at, count) };
}
