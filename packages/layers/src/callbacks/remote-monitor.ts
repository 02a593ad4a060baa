import { boolean, type KindsOf, name, optional, readOptions, recordOf, text } from '@manabi/errors';
import type { Logs } from '../training/listeners/batch-logs.ts';
import type { CallbackHooks } from '../training/listeners/listener.ts';

/** Options of `remoteMonitor`. */
export interface RemoteMonitorOptions {
  /** Root URL of the server (default: `http://localhost:9000`). */
  readonly root?: string;
  /** Path appended to the root (default: `/publish/epoch/end/`). */
  readonly path?: string;
  /** Name of the form field that contains the JSON (default: `data`). */
  readonly field?: string;
  /** Additional headers of each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether to send plain JSON rather than a form (default: false). */
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
 * Creates a callback that sends the logs of each epoch to a server, together with the epoch's index, in one POST
 * request per epoch. The training waits for the response. A server that cannot be reached causes a warning.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts no-run
 * import { callbacks, layers, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const monitor = callbacks.remoteMonitor({ root: 'http://localhost:9000', sendAsJson: true });
 * await model.fit(tensor([[1]]), tensor([[2]]), { callbacks: [monitor] });
 * ```
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

/** Replaces NaN and infinities, which JSON does not support, by their names as strings. */
function finite(logs: Logs): Readonly<Record<string, number | string>> {
  return Object.fromEntries(
    Object.entries(logs).map(([name, value]) => [name, Number.isFinite(value) ? value : String(value)]),
  );
}
