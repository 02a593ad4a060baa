import { ManabiError } from '@manabi/core';
import { sgd } from '@manabi/optimizers';
import { dense } from '../layers/core/dense.ts';
import type { Model } from '../model/model.ts';
import { sequential } from '../model/sequential.ts';
import type { CompileOptions } from './objective/compile.ts';

/** Options with which `fit` prints nothing. */
export const quiet = { verbose: 0 } as const;

/** Creates the model y = w · x with w = 0, trained by plain gradient descent. */
export function line(options: CompileOptions = {}): Model {
  const model = sequential([dense({ units: 1, useBias: false, kernelInitializer: 'zeros', inputShape: [1] })]);
  model.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: 'mse', ...options });
  return model;
}

/** Returns the only weight of a model. */
export async function weightOf(model: Model): Promise<number> {
  return (await model.getWeights())[0].data[0];
}

/** Returns the code and the data of the error with which a promise rejects; null if it resolves. */
export function fails(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => null,
    (error: unknown) => (error instanceof ManabiError ? { code: error.code, data: error.data } : error),
  );
}
