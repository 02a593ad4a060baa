import { type BatchLogs, type CallbackHooks, type FitOptions, type Logs, Model } from 'manabi';
import { send, sendPoint } from './outbox.ts';

/** Minimum time between two reads of a loss in milliseconds: a read waits for the step, which costs time on a GPU. */
const INTERVAL = 40;

let trained: Model | null = null;

/** Returns the model that was trained last; null if none was. */
export function lastTrained(): Model | null {
  return trained;
}

/**
 * From now on, all trainings draw their loss and metrics in the page, without a line in the program: `fit` of every model gets
 * one more callback.
 */
export function watchTraining(): void {
  const { fit } = Model.prototype;
  let trainings = 0;
  const watched = function (this: Model, ...given: readonly unknown[]) {
    trained = this;
    send({ type: 'trained' });
    trainings++;
    return Reflect.apply(fit, this, withCallback(given, curves(trainings === 1 ? '' : `training ${trainings}: `)));
  };
  Object.assign(Model.prototype, { fit: watched });
}

/** Adds a callback to the arguments of `fit`, which are `(x, y, options)` or `(dataset, options)`. */
export function withCallback([x, ...rest]: readonly unknown[], callback: CallbackHooks): readonly unknown[] {
  const [y, options] = rest.length === 1 && isStream(x) ? [null, rest[0]] : rest;
  // Invalid options are passed on, so that `fit` rejects them.
  if (options !== undefined && (typeof options !== 'object' || options === null)) return [x, y, options];
  const given: Pick<FitOptions, 'callbacks'> = options ?? {};
  if (given.callbacks !== undefined && !Array.isArray(given.callbacks)) return [x, y, options];
  return [x, y, { ...given, callbacks: [...(given.callbacks ?? []), callback] }];
}

/** Returns whether training data is a dataset or another source of batches, rather than arrays by name. */
function isStream(x: unknown): boolean {
  if (typeof x === 'function') return true;
  if (typeof x !== 'object' || x === null || Array.isArray(x) || ArrayBuffer.isView(x)) return false;
  return Symbol.asyncIterator in x || (Symbol.iterator in x && !('dtype' in x));
}

function curves(prefix: string): CallbackHooks {
  let step = 0;
  let lastRead = 0;
  const point = (name: string, y: number) => {
    const chart = name.replace(/^val(?=[A-Z])/, '').replace(/^[A-Z]/, (letter) => letter.toLowerCase());
    const curve = chart === name ? name : `${chart} in validation`;
    sendPoint({ chart, curve: prefix + curve, x: step, y });
  };
  const points = (logs: Logs) => {
    for (const [name, value] of Object.entries(logs)) point(name, value);
  };
  return {
    onTrainBatchEnd: (_batch, logs) => {
      step++;
      const now = performance.now();
      if (now - lastRead < INTERVAL) return undefined;
      lastRead = now;
      return readAll(logs).then(points);
    },
    onEpochEnd: (_epoch, logs) => points(logs),
  };
}

async function readAll(logs: BatchLogs): Promise<Logs> {
  return Object.fromEntries(await Promise.all(Object.entries(logs).map(async ([name, value]) => [name, await value])));
}
