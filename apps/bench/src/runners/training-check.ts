import { performance } from 'node:perf_hooks';
import { BeyondLibrary } from './serve.ts';

/** The training step whose loss is compared between runners: late enough that a wrong optimizer shows. */
const CHECKED_STEP = 10;

/** A library whose steps take longer than this is not waited for: checking takes ten of them. */
const MOST_SECONDS = 10;

/**
 * The loss of the step that all runners compare.
 *
 * @param step trains once, to the end
 * @param lossOf the loss of the step before
 * @throws BeyondLibrary if the first step takes too long
 */
export async function checkedLoss(step: () => Promise<void>, lossOf: () => number | Promise<number>): Promise<number> {
  const begin = performance.now();
  await step();
  const seconds = (performance.now() - begin) / 1000;
  if (seconds > MOST_SECONDS) {
    throw new BeyondLibrary(`one step took ${seconds.toFixed(1)} s, too long to check and repeat`);
  }
  for (let done = 1; done < CHECKED_STEP; done++) await step();
  return lossOf();
}

/** Measures one training and checks another: for dropout, which is random and differs from library to library. */
export function checkedBy<T extends { check: () => number | Promise<number>; dispose: () => void }>(
  exact: T,
  measured: T,
): T {
  return {
    ...measured,
    check: async () => {
      const loss = await exact.check();
      exact.dispose();
      return loss;
    },
  };
}
