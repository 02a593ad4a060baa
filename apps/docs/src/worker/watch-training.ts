import { type BatchLogs, type CallbackHooks, type Logs, Model } from 'manabi';
import { send, sendPoint } from './outbox.ts';
import { verbosely, withCallback, withOptions } from './with-options.ts';

/** Minimum time between two reads of a loss in milliseconds: a read waits for the step, which costs time on a GPU. */
const INTERVAL = 40;

let trained: Model | null = null;

/** Returns the model that was trained last; null if none was. */
export function lastTrained(): Model | null {
  return trained;
}

/**
 * From now on, all trainings draw their loss and metrics in the page, without a line in the program: `fit` of every model gets
 * one more callback. `fit` and `evaluate` print a line per epoch, as in Node.
 */
export function watchTraining(): void {
  const { fit, evaluate } = Model.prototype;
  let trainings = 0;
  const watched = {
    fit(this: Model, ...given: readonly unknown[]) {
      trained = this;
      send({ type: 'trained' });
      trainings++;
      const callback = curves(trainings === 1 ? '' : `training ${trainings}: `);
      return Reflect.apply(
        fit,
        this,
        withOptions(given, (options) => withCallback(verbosely(options), callback)),
      );
    },
    evaluate(this: Model, ...given: readonly unknown[]) {
      return Reflect.apply(evaluate, this, withOptions(given, verbosely));
    },
  };
  Object.assign(Model.prototype, watched);
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
