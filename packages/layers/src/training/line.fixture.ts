import { ManabiError } from '@manabi/core';
import { sgd } from '@manabi/optimizers';
import { dense } from '../layers/core/dense.ts';
import type { Model } from '../model/model.ts';
import { sequential } from '../model/sequential.ts';
import type { CompileOptions } from './objective/compile.ts';

/** Options of tests that print nothing. */
export const quiet = { verbose: 0 } as const;

/** y = w x, from w = 0, with plain gradient descent. */
export function line(options: CompileOptions = {}): Model {
  const model = sequential([dense({ units: 1, useBias: false, kernelInitializer: 'zeros', inputShape: [1] })]);
  model.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: 'mse', ...options });
  return model;
}

/** The only weight of a model. */
export async function weightOf(model: Model): Promise<number> {
  return (await model.getWeights())[0].data[0];
}

/** What a promise fails with; null if it does not. */
export function fails(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => null,
    (error: unknown) => (error instanceof ManabiError ? { code: error.code, data: error.data } : error),
  );
}
