import { boolean, type KindsOf, name, optional, readOptions, recordOf, text } from '@manabi/errors';
import type { Logs } from '../training/listeners/batch-logs.ts';
import type { CallbackHooks } from '../training/listeners/listener.ts';

/** What `remoteMonitor` takes. */
export interface RemoteMonitorOptions {
  /** The server; by default `http://localhost:9000`. */
  readonly root?: string;
  /** By default `/publish/epoch/end/`. */
  readonly path?: string;
  /** The field of the form that holds the JSON; by default `data`. */
  readonly field?: string;
  /** Further headers of each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the body is the JSON itself, and no form; by default no. */
  readonly sendAsJson?: boolean;
}

const kinds = {
  root: optional(name, 'http://localhost:9000'),
  path: optional(text, '/publish/epoch/end/'),
  field: optional(name, 'data'),
  headers: optional(recordOf(text), {}),
  sendAsJson: optional(boolean, false),
} satisfies KindsOf<RemoteMonitorOptions>;

/**
 * Sends the epoch, from 0, and its logs to a server: one POST for each epoch, of which the training waits for the answer.
 * A server that cannot be reached is a warning.
 *
 * @example `callbacks: [remoteMonitor({ root: 'http://localhost:9000', sendAsJson: true })]`
 */
export function remoteMonitor(options: RemoteMonitorOptions = {}): CallbackHooks {
  const { root, path, field, headers, sendAsJson } = readOptions('remoteMonitor', options, kinds);
  return {
    onEpochEnd: async (epoch, logs) => {
      const json = JSON.stringify({ epoch, ...finite(logs) });
      const type = { 'Content-Type': 'application/json' };
      const request = sendAsJson
        ? { body: json, headers: { ...type, ...headers } }
        : { body: new URLSearchParams({ [field]: json }), headers };
      try {
        await fetch(root + path, { method: 'POST', ...request });
      } catch (error) {
        console.warn(`remoteMonitor could not reach ${root}${path}: ${String(error)}`);
      }
    },
  };
}

/** JSON has no NaN and no infinities: they are sent as their names. */
function finite(logs: Logs): Readonly<Record<string, number | string>> {
  return Object.fromEntries(
    Object.entries(logs).map(([name, value]) => [name, Number.isFinite(value) ? value : String(value)]),
  );
}
