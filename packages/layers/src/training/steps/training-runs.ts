import { ManabiError } from '@manabi/core';

/** The error of what cannot be done while `fit` trains a model. */
export function trainingRuns(op: string, model: string): ManabiError {
  return new ManabiError(
    'argument',
    `${op} was called while fit trains '${model}'. Await fit first, or end it: model.stopTraining = true.`,
    { op, data: { model, training: true } },
  );
}
