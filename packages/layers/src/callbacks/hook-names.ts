import { ManabiError } from '@manabi/core';
import { didYouMean, nearestNames } from '@manabi/errors';
import type { CallbackHooks } from './callback.ts';

const HOOKS: { readonly [K in keyof Required<CallbackHooks>]: true } = {
  setModel: true,
  setParams: true,
  onTrainBegin: true,
  onTrainEnd: true,
  onEpochBegin: true,
  onEpochEnd: true,
  onBatchBegin: true,
  onBatchEnd: true,
  onTrainBatchBegin: true,
  onTrainBatchEnd: true,
  onTestBegin: true,
  onTestEnd: true,
  onTestBatchBegin: true,
  onTestBatchEnd: true,
  onPredictBegin: true,
  onPredictEnd: true,
  onPredictBatchBegin: true,
  onPredictBatchEnd: true,
  onSavePoint: true,
  stateName: true,
  getState: true,
  setState: true,
};

/**
 * Checks that what looks like a hook of a callback is one: a misspelled one would never be called.
 *
 * @throws ManabiError `argument`, with the nearest names; for what is no object
 */
export function checkHooks(callback: CallbackHooks): void {
  if (typeof callback !== 'object' || callback === null) {
    throw new ManabiError(
      'argument',
      `A callback is an object with hooks, such as { onEpochEnd: (epoch, logs) => … }, not a ${typeof callback}.`,
      { op: 'fit', data: { given: typeof callback } },
    );
  }
  const names = Object.keys(HOOKS);
  const isPlain = Object.getPrototypeOf(Object.getPrototypeOf(callback) ?? {}) === null;
  const stranger = Object.keys(callback).find(
    (name) => !Object.hasOwn(HOOKS, name) && isPlain && /^on[A-Z_]/.test(name),
  );
  if (stranger === undefined) return;
  throw new ManabiError('argument', `Callbacks have no hook '${stranger}'. ${didYouMean(stranger, names)}`, {
    op: 'fit',
    data: { hook: stranger, nearest: nearestNames(stranger, names) },
  });
}
