import { ManabiError } from '@manabi/core';

/** Creates the error for calls that are not allowed while `fit` trains the model. */
export function trainingRuns(op: string, model: string): ManabiError {
  return new ManabiError(
    'argument',
    `${op}() must not be called while fit trains '${model}'. Await fit first, or stop it: model.stopTraining = true.`,
    { op, data: { model, training: true } },
  );
}
