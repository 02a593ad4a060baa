import type { Prepared } from './prepared.ts';
import type { TfTensor } from './tensorflow.ts';
import { checkedLoss } from './training-check.ts';

/**
 * Prepares a training for measurement.
 *
 * @param train runs one step, and returns its loss, which only the check reads
 */
export function preparedTraining(train: () => TfTensor, dispose: () => void): Prepared {
  let loss = Number.NaN;
  const readStep = async (): Promise<void> => {
    const result = train();
    [loss] = Array.from(await result.data());
    result.dispose();
  };
  return { step: () => train().dispose(), check: () => checkedLoss(readStep, () => loss), dispose };
}
