import { ManabiError } from '@manabi/core';
import { kind, readArgument } from '@manabi/errors';

/** Values of losses and metrics by name, such as `loss`, `accuracy` and `valLoss`. */
export type Logs = Record<string, number>;

/**
 * Losses and metrics over the batches of an epoch so far. Each value is read from the backend when it is accessed:
 * `await logs.loss`. Values can be accessed until the next batch starts, so await them within the hook.
 */
export type BatchLogs = Readonly<Record<string, Promise<number>>>;

/** Function that reads the current values of all losses and metrics. */
export type ReadValues = () => Promise<readonly number[]>;

/** Creates the logs that batch hooks receive. */
export interface LogMaker {
  /** Returns the logs of a batch. */
  make(batch: number, read: ReadValues): BatchLogs;
  /** Invalidates the logs of the last batch. Resolves when their values that are being read have arrived. */
  end(): Promise<void> | null;
}

/** Creates an object that creates the logs of each batch, with the given names. */
export function logMaker(names: readonly string[]): LogMaker {
  let current: { batch: number; read: ReadValues; reading: Promise<readonly number[]> | null } | null = null;
  const valuesOf = (batch: number): Promise<readonly number[]> => {
    if (current === null || current.batch !== batch) return Promise.reject(tooLate(batch));
    current.reading ??= current.read();
    return current.reading;
  };
  return {
    make: (batch, read) => {
      current = { batch, read, reading: null };
      const logs: Record<string, Promise<number>> = {};
      names.forEach((name, i) => {
        Object.defineProperty(logs, name, {
          enumerable: true,
          get: () => valuesOf(batch).then((values) => values[i]),
        });
      });
      return logs;
    },
    end: () => {
      const reading = current?.reading ?? null;
      current = null;
      return reading === null ? null : reading.then(ignore, ignore);
    },
  };
}

const ignore = (): void => {};

const logsKind = kind(
  'the logs of a batch',
  (given): given is BatchLogs => typeof given === 'object' && given !== null && !Array.isArray(given),
);

/**
 * Reads all values of the logs of a batch.
 *
 * @throws ManabiError `argument` for values that are not logs; `donated` after the next batch has started
 * @example
 * ```ts
 * import { type CallbackHooks, layers, readLogs, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, kernelInitializer: 'zeros', inputShape: [1] })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const seen: object[] = [];
 * const callback: CallbackHooks = { onBatchEnd: async (_, logs) => void seen.push(await readLogs(logs)) };
 * await model.fit(tensor([[1]]), tensor([[2]]), { verbose: 0, callbacks: [callback] });
 * console.log(seen); // [{ loss: 4 }]
 * ```
 */
export async function readLogs(logs: BatchLogs): Promise<Logs> {
  readArgument('readLogs', 'logs', logs, logsKind);
  const values = await Promise.all(Object.keys(logs).map(async (name) => [name, await logs[name]] as const));
  return Object.fromEntries(values);
}

function tooLate(batch: number): ManabiError {
  return new ManabiError(
    'donated',
    `The logs of batch ${batch} are no longer available: the next batch has started. Await them in the hook: await logs.loss.`,
    { op: 'fit', data: { batch } },
  );
}
