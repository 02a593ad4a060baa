import { ManabiError } from '@manabi/core';
import { type Samples, sampleCount, sliceSamples } from '../../data/array-source.ts';

/**
 * Splits samples into training and validation samples. As in Keras, the last samples are for validation.
 *
 * @param share fraction for validation, above 0 and below 1
 * @throws ManabiError `argument` if no samples would be left for training or for validation
 */
export function splitForValidation(
  samples: Samples,
  share: number,
): { readonly training: Samples; readonly validation: Samples } {
  const count = sampleCount(samples);
  const split = Math.floor(count * (1 - share));
  if (split === 0 || split === count) {
    throw new ManabiError(
      'argument',
      `\`validationSplit\` ${share} leaves ${split} of ${count} samples for training and ${count - split} for validation. ` +
        'Choose a split that leaves both.',
      { op: 'fit', data: { name: 'validationSplit', given: share, samples: count } },
    );
  }
  return { training: sliceSamples(samples, 0, split), validation: sliceSamples(samples, split, count) };
}
