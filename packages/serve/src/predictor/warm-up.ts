import type { Port, Predictor } from './predictor.ts';
import { zeroInputs } from './sample-inputs.ts';

/** Predicts zeros for each batch size. Does nothing for a model whose inputs have open lengths besides the batch. */
export async function warmUpWith(
  predict: Predictor['predict'],
  inputs: readonly Port[],
  sizes: readonly number[],
): Promise<void> {
  for (const size of sizes) {
    const zeros = zeroInputs(inputs, size);
    if (zeros === null) return;
    await predict(zeros);
  }
}
