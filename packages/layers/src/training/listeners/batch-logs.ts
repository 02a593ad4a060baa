import { ManabiError } from '@manabi/core';
import { kind, readArgument } from '@manabi/errors';

/** Values of losses and metrics, by name: `loss`, `accuracy`, `valLoss`. */
export type Logs = Record<string, number>;

/**
 * Losses and metrics over the batches of an epoch so far, read when asked: `await logs.loss`. They are there until the
 * next batch begins, so await them within the hook.
 */
export type BatchLogs = Readonly<Record<string, Promise<number>>>;

/** Reads all values. */
export type ReadValues = () => Promise<readonly number[]>;

/** Makes the logs of each batch. */
export interface LogMaker {
  /** The logs of a batch. */
  make(batch: number, read: ReadValues): BatchLogs;
  /** Ends the logs made last; resolves when nothing is read of them any more. */
  end(): Promise<void> | null;
}

/** A maker of logs with these names. */
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

/** All values of the logs of a batch. */
export async function readLogs(logs: BatchLogs): Promise<Logs> {
  readArgument('readLogs', 'logs', logs, logsKind);
  const values = await Promise.all(Object.keys(logs).map(async (name) => [name, await logs[name]] as const));
  return Object.fromEntries(values);
}

function tooLate(batch: number): ManabiError {
  return new ManabiError(
    'donated',
    `The logs of batch ${batch} were asked after the next one had begun, and are gone. Await them within the hook: ` +
      'async onBatchEnd(batch, logs) { … await logs.loss … }.',
    { op: 'fit', data: { batch } },
  );
}
