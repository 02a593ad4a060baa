import type { CallbackHooks } from './callback.ts';
import { checkHooks } from './hook-names.ts';

/**
 * A callback of functions: the object itself, which `fit` takes as it is, too.
 *
 * @throws ManabiError `argument` for hooks that nobody calls
 * @example `lambdaCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss) })`
 */
export function lambdaCallback(hooks: CallbackHooks): CallbackHooks {
  checkHooks(hooks);
  return hooks;
}
