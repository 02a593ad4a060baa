import { basename } from 'node:path';
import { serve, workerPool } from '@manabi/serve/node';
import { backendNames } from '../choose-backend.ts';
import type { CommonOptions } from '../options/command-options.ts';
import { untilSignal } from '../serving/until-signal.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** Options of `manabi serve`. */
export interface ServeCommandOptions extends CommonOptions {
  readonly port: number;
  readonly host: string;
  readonly name?: string;
  readonly backend?: string;
  readonly workers: number;
  readonly classLabels?: readonly string[];
  readonly maxBatchSize: number;
  readonly maxWait: number;
  readonly maxQueue: number;
  readonly maxBody: number;
  readonly timeout: number;
}

/** Serves a model until Ctrl-C or SIGTERM. */
export async function serveModel(path: string, options: ServeCommandOptions, out: Terminal): Promise<void> {
  const { backend, workers, host, classLabels } = options;
  const known = [...backendNames(), 'auto'];
  if (backend !== undefined && !known.includes(backend)) {
    throw new UsageError(`--backend: unknown backend '${backend}'. Expected one of ${known.join(', ')}.`);
  }
  const name = nameFor(path, options.name);
  const pool = await workerPool({
    module: new URL(`../serving/replica.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
    workers,
    data: { path, backend: backend ?? null, classNames: classLabels ?? null },
  });
  const server = await serve(pool, {
    host,
    port: options.port,
    name,
    maxBatchSize: options.maxBatchSize,
    maxWaitMs: options.maxWait,
    maxQueueRows: options.maxQueue,
    maxBodyBytes: options.maxBody * 2 ** 20,
    timeoutMs: options.timeout,
    onError: (error) => out.note(`error: ${error instanceof Error ? error.message : String(error)}`),
  });
  const { url } = server;
  if (!pool.independentRows) {
    out.note('The outputs of this model depend on all samples of a batch: each request is predicted on its own.');
  }
  out.say(`Serving ${path} at ${url}`);
  out.say(`  POST ${url}v1/models/${name}:predict`);
  out.say(`  POST ${url}v2/models/${name}/infer`);
  out.finish({ model: path, name, url, port: server.port, workers });
  await untilSignal(async () => {
    out.note('Stopping after the accepted requests. Press Ctrl-C again to exit at once.');
    await server.close();
  });
}

/** Returns the name of the model in paths: that of the file, without its extension. */
function nameFor(path: string, given: string | undefined): string {
  if (given === undefined) {
    const file = basename(path).replace(/\.\w+$/, '');
    return file.replace(/[^\w.-]+/g, '-') || 'model';
  }
  if (/^[\w.-]+$/.test(given)) return given;
  throw new UsageError(`--name must consist of letters, digits and -_.; got '${given}'.`);
}
