import { BeyondLibrary } from './library.ts';

/**
 * Number of the training step whose loss is compared between runners. By this step, a wrong optimizer has changed the
 * loss.
 */
const CHECKED_STEP = 10;

/** Longest permitted duration of a training step in seconds, because the check needs ten steps. */
const MOST_SECONDS = 10;

/**
 * Returns the loss of the training step that is compared between all runners.
 *
 * @param step runs one training step to completion
 * @param lossOf returns the loss of the last step
 * @throws BeyondLibrary if the second step takes longer than `MOST_SECONDS`; the first includes compiling
 */
export async function checkedLoss(step: () => Promise<void>, lossOf: () => number | Promise<number>): Promise<number> {
  await step();
  const begin = performance.now();
  await step();
  const seconds = (performance.now() - begin) / 1000;
  if (seconds > MOST_SECONDS) {
    throw new BeyondLibrary(`one step took ${seconds.toFixed(1)} s, too long to check and repeat`);
  }
  for (let done = 2; done < CHECKED_STEP; done++) await step();
  return lossOf();
}

/**
 * Returns the measured task with the check of another one. Training with dropout is measured, but its random masks
 * differ between libraries, so training without dropout is checked.
 */
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
