import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { anyOf, type KindsOf, kind, optional, positiveInteger, readOptions, text } from '@manabi/errors';
import type { Predictor } from '../predictor/predictor.ts';
import { ReplicaPool } from './replica-pool.ts';

/** Options of `workerPool`. */
export interface WorkerPoolOptions {
  /**
   * URL or path of a module that exports a function `open`, which returns a predictor or a promise of one. It also imports
   * the backend. A relative path starts in the working directory of the process.
   */
  readonly module: string | URL;
  /** Number of worker threads, each with a copy of the model (default 1). */
  readonly workers?: number;
  /** Argument of `open`, copied to each thread. */
  readonly data?: unknown;
}

const kinds = {
  module: anyOf(
    kind('a URL', (given): given is URL => given instanceof URL),
    text,
  ),
  workers: optional(positiveInteger, 1),
} satisfies KindsOf<Omit<WorkerPoolOptions, 'data'>>;

/**
 * Opens a model on worker threads, so that its computation does not block the thread that answers requests. A thread that
 * stops is started again.
 *
 * @throws ManabiError `argument` for invalid options; errors of `open`
 * @example
 * ```ts no-run
 * import { serve, workerPool } from '@manabi/serve/node';
 *
 * // model.js: export const open = async () => modelPredictor(await loadModel('model.keras'));
 * const pool = await workerPool({ module: new URL('./model.js', import.meta.url), workers: 2 });
 * const server = await serve(pool, { name: 'digits' });
 * ```
 */
export async function workerPool(options: WorkerPoolOptions): Promise<Predictor> {
  const { module, workers } = readOptions('workerPool', options, kinds, { others: ['data'] });
  const pool = new ReplicaPool(urlOf(module), options.data, workers);
  const { kind: preparation, ...facts } = await pool.start();
  return {
    ...facts,
    concurrency: workers,
    preparation: preparation === null ? null : { kind: preparation, prepare: (items) => pool.call('prepare', items) },
    predict: (inputs) => pool.call('predict', inputs),
    warmUp: (sizes) => pool.warmUp(sizes),
    close: () => pool.close(),
  };
}

/** Returns the URL of a module, given its URL or path. */
function urlOf(module: string | URL): string {
  // A scheme has at least two letters, unlike the drive of a path in Windows.
  const isUrl = module instanceof URL || /^[a-z][a-z0-9+.-]+:/i.test(module);
  return isUrl ? String(module) : pathToFileURL(resolve(module)).href;
}
