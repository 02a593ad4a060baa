import type { CallbackHooks } from './callback.ts';

/**
 * A callback of functions: the object itself, which `fit` takes as it is, too.
 *
 * @example `lambdaCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss) })`
 */
export function lambdaCallback(hooks: CallbackHooks): CallbackHooks {
  return hooks;
}
