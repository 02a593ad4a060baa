import { tryIndependentRows } from './independent-rows.ts';
import type { Port, Predictor } from './predictor.ts';
import { warmUpWith } from './warm-up.ts';

/** The parts of a predictor that differ between formats. */
type Parts = Pick<Predictor, 'inputs' | 'outputs' | 'predict' | 'close'>;

/**
 * Creates the predictor of a model of which only inputs and outputs are known. Its rows are independent if they are on random
 * inputs. If the file states a batch size, this is the only one.
 */
export async function triedPredictor({ inputs, outputs, predict, close }: Parts): Promise<Predictor> {
  const batches = new Set(inputs.map(({ shape }) => shape[0]));
  const [first] = batches;
  const fixedBatch = batches.size === 1 ? first : null;
  const independentRows = await tryIndependentRows({ inputs, fixedBatch }, predict);
  const opened = (ports: readonly Port[]) =>
    independentRows ? ports.map((port) => ({ ...port, shape: [null, ...port.shape.slice(1)] })) : ports;
  return {
    inputs: opened(inputs),
    outputs: opened(outputs),
    independentRows,
    fixedBatch,
    classNames: null,
    preparation: null,
    predict,
    warmUp: (sizes) => warmUpWith(predict, inputs, sizes),
    close,
  };
}
