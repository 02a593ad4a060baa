import { readArgument } from '@manabi/errors';
import type { CallbackHooks } from '../training/listeners/listener.ts';
import { callbackKind } from '../training/listeners/listener-kind.ts';

/**
 * A callback of functions: the object itself, which `fit` takes as it is, too.
 *
 * @throws ManabiError `argument` for hooks that nobody calls
 * @example `lambdaCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss) })`
 */
export function lambdaCallback(hooks: CallbackHooks): CallbackHooks {
  return readArgument('lambdaCallback', 'hooks', hooks, callbackKind);
}
