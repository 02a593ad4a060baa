import {
  anyOf,
  boolean,
  functionOf,
  type Kind,
  type KindsOf,
  kind,
  notNegative,
  nullable,
  optional,
  positive,
  positiveInteger,
  readArgument,
  readOptions,
} from '@manabi/errors';
import type { Model } from '@manabi/layers';
import type { BatcherOptions, BatchReport } from '../batcher/batcher.ts';
import { modelKind } from '../predictor/model-kind.ts';
import { isPredictor, type Predictor } from '../predictor/predictor.ts';
import { ModelServer } from './model-server.ts';

/** Options of `createHandler`. */
export interface HandlerOptions
  extends Pick<BatcherOptions, 'maxBatchSize' | 'maxWaitMs' | 'maxQueueRows' | 'timeoutMs' | 'onBatch'> {
  /** Name of the model in paths (default `model`). */
  readonly name?: string;
  /** Path before all routes, such as `/api` (default: none). */
  readonly basePath?: string;
  /** Largest body of a request, in bytes (default 16 MiB). */
  readonly maxBodyBytes?: number;
  /** Largest number of requests that are read or computed at the same time; others get status 503 (default 1024). */
  readonly maxRequests?: number;
  /** Whether to compile the model for all batch sizes before it is ready (default true). */
  readonly warmUp?: boolean;
  /** Receives errors that are not the client's fault, for logs. */
  readonly onError?: (error: unknown) => void;
}

/** Options of `close` of a handler. */
export interface CloseOptions {
  /** Milliseconds after which accepted requests are rejected, too; null: no limit (default null). */
  readonly graceMs?: number | null;
}

const closeKinds = { graceMs: optional(nullable(notNegative), null) } satisfies KindsOf<CloseOptions>;

/** A server of one model, as a function of requests. */
export interface Handler {
  (request: Request): Promise<Response>;
  /** Resolves when the model is ready for requests, or rejects with the error of opening it. */
  readonly ready: Promise<void>;
  /**
   * Answers the accepted requests, rejects further ones with status 503, and frees the memory of the model.
   */
  close(options?: CloseOptions): Promise<void>;
}

/** A model that a handler serves, or a promise of it. */
export type Servable = Model | Predictor | Promise<Model | Predictor>;

const servable = anyOf(
  kind('a predictor, such as the result of openPredictor()', isPredictor),
  kind('a promise of one', (given): given is Promise<Model | Predictor> => given instanceof Promise),
  modelKind,
);

const textThat = (expected: string, pattern: RegExp): Kind<string> =>
  kind(expected, (given): given is string => typeof given === 'string' && pattern.test(given));

const kinds = {
  maxBatchSize: optional(positiveInteger, 32),
  maxWaitMs: optional(notNegative, 0),
  maxQueueRows: optional(positiveInteger, 1024),
  timeoutMs: optional(nullable(positive), 30_000),
  onBatch: optional(functionOf<(report: BatchReport) => void>()),
  name: optional(textThat('a name of letters, digits and -_.', /^[\w.-]+$/), 'model'),
  basePath: optional(textThat("a path such as '/api', without a slash at its end", /^(\/[\w.~-]+)*$/), ''),
  maxBodyBytes: optional(positiveInteger, 2 ** 24),
  maxRequests: optional(positiveInteger, 1024),
  warmUp: optional(boolean, true),
  onError: optional(functionOf<(error: unknown) => void>()),
} satisfies KindsOf<HandlerOptions>;

/** Names of the options of a handler, for functions that pass them on. */
export const HANDLER_OPTIONS: readonly string[] = Object.keys(kinds);

/**
 * Creates a server of one model as a function from `Request` to `Response`, which Node, Deno, Bun, Next.js and the workers of
 * many hosts can run. It answers the REST protocols of TensorFlow Serving and KServe, describes itself, and counts what it
 * does; the README lists the routes. Requests are combined into batches: see `batcher`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { createHandler } from '@manabi/serve';
 * import { layers, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, kernelInitializer: 'ones', inputShape: [2] })]);
 * const handler = createHandler(model, { name: 'sum' });
 * const request = new Request('http://localhost/v1/models/sum:predict', {
 *   method: 'POST',
 *   headers: { 'content-type': 'application/json' },
 *   body: JSON.stringify({ instances: [[1, 2]] }),
 * });
 * const response = await handler(request);
 * console.log(await response.json()); // { predictions: [[3]] }
 * await handler.close();
 * ```
 */
export function createHandler(model: Servable, options: HandlerOptions = {}): Handler {
  readArgument('createHandler', 'model', model, servable);
  const server = new ModelServer(model, readOptions('createHandler', options, kinds));
  return Object.assign((request: Request) => server.handle(request), {
    ready: server.ready,
    close: (closing: CloseOptions = {}) => server.close(readOptions('close', closing, closeKinds).graceMs),
  });
}
