import { type Kind, ManabiError, wrongArgument } from '@manabi/errors';
import { didYouMean, isCallable, nearestNames } from '@manabi/errors/internal';
import type { CallbackHooks } from './listener.ts';

/** Known members of callbacks, by name: true for hooks and other functions, false for all other members. */
const HOOKS: { readonly [K in keyof Required<CallbackHooks>]: boolean } = {
  setModel: true,
  setParams: true,
  onTrainBegin: true,
  onTrainEnd: true,
  onTrainError: true,
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
  stateName: false,
  getState: true,
  setState: true,
};

const NAMES = Object.keys(HOOKS);

/**
 * Validates callbacks: objects whose hooks are functions. An unknown member with a name like that of a hook is
 * rejected, since a misspelled hook would never be called.
 */
export const callbackKind: Kind<CallbackHooks> = {
  expected: 'a callback: an object with hooks such as { onEpochEnd: (epoch, logs) => … }',
  accepts: isObject,
  read: (given, place) => {
    if (!isObject(given)) {
      const isNamed = typeof given === 'function' && given.name !== '';
      const fix = !isNamed
        ? ''
        : isCallable(given)
          ? `Call the function: ${given.name}(…).`
          : `Create an instance: new ${given.name}(…).`;
      throw wrongArgument(place, callbackKind.expected, given, fix);
    }
    const { op, name } = place;
    for (const [hook, isFunction] of Object.entries(HOOKS)) {
      const value: unknown = Reflect.get(given, hook);
      if (value === undefined || (isFunction ? isCallable(value) : typeof value === 'string')) continue;
      throw wrongArgument({ op, name: `${name}.${hook}` }, isFunction ? 'a function' : 'a string', value);
    }
    const isPlain = Object.getPrototypeOf(Object.getPrototypeOf(given) ?? {}) === null;
    const unknown = Object.keys(given).find((key) => isPlain && !Object.hasOwn(HOOKS, key) && /^on[A-Z_]/.test(key));
    if (unknown === undefined) return given;
    throw new ManabiError('argument', `Callbacks have no hook '${unknown}'. ${didYouMean(unknown, NAMES)}`, {
      op,
      data: { name: `${name}.${unknown}`, nearest: nearestNames(unknown, NAMES) },
    });
  },
};

function isObject(given: unknown): given is CallbackHooks {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}
