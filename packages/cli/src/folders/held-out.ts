import { data, ManabiError } from 'manabi';

/** Fraction of the samples to hold out for the test. */
const HELD_OUT = 0.2;

/** Smallest number of samples of which a fifth can be held out. */
const LEAST = 5;

/** Samples for training and for the test. */
export interface Parts<T> {
  readonly train: readonly T[];
  readonly test: readonly T[];
}

/**
 * Splits samples at random: a fifth for the test, the others for training.
 *
 * @param what plural noun for the samples, used in messages
 * @throws ManabiError `data` for fewer than five samples
 */
export async function heldOut<T>(source: string, samples: readonly T[], what: string, seed: number): Promise<Parts<T>> {
  const count = samples.length;
  if (count < LEAST) {
    throw new ManabiError(
      'data',
      `${source} contains only ${count} ${what}; at least ${LEAST} are needed to hold out a fifth for the test.`,
      { data: { source, count } },
    );
  }
  const shuffled = await inRandomOrder(samples, seed);
  const boundary = count - Math.floor(HELD_OUT * count);
  return { train: shuffled.slice(0, boundary), test: shuffled.slice(boundary) };
}

/** Shuffles samples; the same seed results in the same order. */
export async function inRandomOrder<T>(samples: readonly T[], seed: number): Promise<readonly T[]> {
  const order = await data.range(samples.length).shuffle(samples.length, { seed }).toArray();
  return order.map((index) => samples[Number(index)]);
}
