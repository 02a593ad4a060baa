import { readArgument } from '@manabi/errors';
import type { CallbackHooks } from '../training/listeners/listener.ts';
import { callbackKind } from '../training/listeners/listener-kind.ts';

/**
 * Creates a callback from hook functions. `fit` also accepts the hooks directly, as a plain object.
 *
 * @throws ManabiError `argument` for an unknown hook, with the nearest name
 * @example
 * ```ts
 * import { callbacks, layers, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const x = tensor([[1], [2]]);
 * const seen: number[] = [];
 * const callback = callbacks.lambdaCallback({ onEpochEnd: (epoch) => void seen.push(epoch) });
 * await model.fit(x, x, { epochs: 2, verbose: 0, callbacks: [callback] });
 * console.log(seen); // [0, 1]
 * ```
 */
export function lambdaCallback(hooks: CallbackHooks): CallbackHooks {
  return readArgument('lambdaCallback', 'hooks', hooks, callbackKind);
}
