import { type HostArray, ManabiError } from '@manabi/core';
import { FileError } from '@manabi/files';
import { rowsOf } from '../batcher/rows.ts';
import type { Predictor, PredictorFacts } from './predictor.ts';
import { randomize, zeroInputs } from './sample-inputs.ts';

/** Number of rows in the trial batch. */
const ROWS = 4;

/** Lengths that are tried for axes that a model leaves open; some models need a minimum. */
const LENGTHS = [8, 32, 64, 128];

/**
 * Largest difference, relative to the largest output, between a row alone and in a batch. Products of different sizes add
 * their terms in different orders.
 */
const TOLERANCE = 1e-3;

/**
 * Tries whether the outputs of a row depend on the other rows of its batch: compares rows that are predicted alone with the
 * same rows in a batch. A model with a fixed batch size is run with other rows behind the first one instead.
 *
 * @returns false also for models that reject the trial inputs
 */
export async function tryIndependentRows(
  { inputs, fixedBatch }: Pick<PredictorFacts, 'inputs' | 'fixedBatch'>,
  predict: Predictor['predict'],
): Promise<boolean> {
  const rows = fixedBatch ?? ROWS;
  for (const length of LENGTHS) {
    const batch = zeroInputs(inputs, rows, length);
    if (batch === null) return false;
    randomize(batch, inputs, 1);
    try {
      const together = await predict(batch);
      if (together.some(({ shape }) => shape[0] !== rows)) return false;
      if (fixedBatch !== null) {
        const others = batch.map(({ dtype, shape, data }) => ({ dtype, shape, data: data.slice() }));
        randomize(others, inputs, 2, 1);
        return areClose(rowAt(together, 0), rowAt(await predict(others), 0));
      }
      for (let row = 0; row < rows; row++) {
        const alone = await predict(rowAt(batch, row));
        if (!areClose(alone, rowAt(together, row))) return false;
      }
      return true;
    } catch (error) {
      if (!(error instanceof ManabiError || error instanceof FileError)) throw error;
    }
  }
  return false;
}

const rowAt = (arrays: readonly HostArray[], row: number): HostArray[] => arrays.map((array) => rowsOf(array, row, 1));

function areClose(some: readonly HostArray[], others: readonly HostArray[]): boolean {
  return some.every(({ shape, data }, i) => {
    const other = others[i];
    if (shape.join() !== other.shape.join()) return false;
    let scale = 0;
    for (const value of data) scale = Math.max(scale, Math.abs(value) || 0);
    return data.every(
      (value, k) => Object.is(value, other.data[k]) || Math.abs(value - other.data[k]) <= TOLERANCE * scale,
    );
  });
}
