import type { Model } from '@manabi/layers';
import { type BatchReport, batcher } from '../batcher/batcher.ts';
import { bucketsUpTo } from '../batcher/buckets.ts';
import { Metrics } from '../metrics/metrics.ts';
import { openApi } from '../page/openapi.ts';
import { page } from '../page/page.ts';
import { modelPredictor } from '../predictor/model-predictor.ts';
import { isPredictor, type Predictor } from '../predictor/predictor.ts';
import { kserveMetadata, readKServe, writeKServe } from '../protocol/kserve.ts';
import type { Arrays, ServedModel } from '../protocol/served.ts';
import { readTensorFlow, tensorFlowMetadata, tensorFlowStatus, writeTensorFlow } from '../protocol/tensorflow.ts';
import { ServeError } from '../serve-error.ts';
import { parseJson, readBytes, readJson } from './body.ts';
import { jsonResponse } from './respond.ts';
import { serveError } from './serve-error-from.ts';

/** Options of a server, with defaults. */
interface Settings {
  readonly name: string;
  readonly basePath: string;
  readonly maxBatchSize: number;
  readonly maxWaitMs: number;
  readonly maxQueueRows: number;
  readonly timeoutMs: number | null;
  readonly maxBodyBytes: number;
  readonly maxRequests: number;
  readonly warmUp: boolean;
  readonly onBatch?: ((report: BatchReport) => void) | undefined;
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Version of the model in all protocols: a server has one version. */
const VERSION = '1';

/** What a path stands for. */
type Route =
  | 'page'
  | 'openapi'
  | 'metrics'
  | 'predict'
  | 'status'
  | 'metadata'
  | 'live'
  | 'ready'
  | 'server'
  | 'model'
  | 'modelReady'
  | 'infer';

/** The server behind a handler. */
export class ModelServer {
  readonly ready: Promise<void>;
  readonly #settings: Settings;
  readonly #loading: Promise<{ readonly served: ServedModel; readonly metrics: Metrics }>;
  readonly #routes: ReadonlyMap<string, Route>;
  #isReady = false;
  #isClosed = false;
  /** Number of predictions that are read, computed or written. */
  #active = 0;
  readonly #whenIdle: (() => void)[] = [];

  constructor(model: Model | Predictor | Promise<Model | Predictor>, settings: Settings) {
    this.#settings = settings;
    this.#routes = routesOf(settings);
    this.#loading = this.#load(model);
    this.ready = this.#loading.then(() => undefined);
    // Requests report the error, too.
    this.ready.catch(() => undefined);
  }

  async #load(
    given: Model | Predictor | Promise<Model | Predictor>,
  ): Promise<{ readonly served: ServedModel; readonly metrics: Metrics }> {
    const model = await given;
    const predictor = isPredictor(model) ? model : await modelPredictor(model);
    const { name, maxBodyBytes, warmUp, maxWaitMs, maxQueueRows, timeoutMs, onBatch } = this.#settings;
    const { independentRows, fixedBatch, concurrency = 1 } = predictor;
    const maxBatchSize = fixedBatch ?? this.#settings.maxBatchSize;
    const buckets = fixedBatch === null ? bucketsUpTo(maxBatchSize) : [fixedBatch];
    const metrics = new Metrics(name, buckets);
    const running = batcher((inputs) => predictor.predict(inputs), {
      maxBatchSize,
      buckets,
      maxWaitMs,
      maxQueueRows,
      timeoutMs,
      concurrency,
      independentRows,
      onBatch: (report) => {
        metrics.batch(report.rows, report.size, report.milliseconds);
        onBatch?.(report);
      },
    });
    if (warmUp) await predictor.warmUp(independentRows || fixedBatch !== null ? buckets : [1]);
    this.#isReady = true;
    return { served: { name, version: VERSION, predictor, batcher: running, maxBodyBytes }, metrics };
  }

  /**
   * Waits for the requests that were accepted, even if their bodies are not complete yet.
   *
   * @param graceMs time after which the remaining requests are rejected; null: none
   */
  async close(graceMs: number | null): Promise<void> {
    this.#isClosed = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    if (this.#active > 0) {
      await new Promise<void>((resolve) => {
        this.#whenIdle.push(resolve);
        if (graceMs !== null) timer = setTimeout(resolve, graceMs);
      });
      clearTimeout(timer);
    }
    // A model that could not be loaded has nothing to close.
    const loaded = await this.#loading.catch(() => null);
    loaded?.served.batcher.abort();
    await loaded?.served.predictor.close();
  }

  /** Answers a request. Errors become responses. */
  async handle(request: Request): Promise<Response> {
    try {
      return await this.#route(request);
    } catch (error) {
      return this.#errorResponse(error);
    }
  }

  #errorResponse(given: unknown): Response {
    const error = serveError(given);
    if (error.code === 'failed') this.#settings.onError?.(given);
    const response = jsonResponse([JSON.stringify({ error: error.message, code: error.code })], error.status);
    if (error.retryAfter !== undefined) response.headers.set('retry-after', String(error.retryAfter));
    if (typeof error.data.allow === 'string') response.headers.set('allow', error.data.allow);
    return response;
  }

  async #route(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const { basePath } = this.#settings;
    const path = pathname.startsWith(`${basePath}/`)
      ? pathname.slice(basePath.length)
      : pathname === basePath
        ? '/'
        : '';
    const route = this.#routes.get(path.length > 1 ? path.replace(/\/$/, '') : path);
    if (route === undefined) {
      throw new ServeError('notFound', `Unknown path ${pathname}. ${basePath}/openapi.json lists all paths.`, {
        data: { path: pathname, known: [...this.#routes.keys()] },
      });
    }
    const isPrediction = route === 'predict' || route === 'infer';
    const isAllowed = isPrediction ? request.method === 'POST' : ['GET', 'HEAD'].includes(request.method);
    if (!isAllowed) {
      const allow = isPrediction ? 'POST' : 'GET, HEAD';
      throw new ServeError('method', `${pathname} requires the method ${allow}; got ${request.method}.`, {
        data: { allow, method: request.method },
      });
    }
    return isPrediction ? this.#predict(request, route) : this.#describe(route);
  }

  async #describe(route: Exclude<Route, 'predict' | 'infer'>): Promise<Response> {
    if (route === 'live') return jsonResponse([JSON.stringify({ live: true })]);
    if (route === 'ready' || route === 'modelReady') {
      const isReady = this.#isReady && !this.#isClosed;
      return jsonResponse([JSON.stringify({ name: this.#settings.name, ready: isReady })], isReady ? 200 : 503);
    }
    const { served, metrics } = await this.#loading;
    switch (route) {
      case 'status':
        return jsonResponse([JSON.stringify(tensorFlowStatus(served, this.#isReady))]);
      case 'metadata':
        return jsonResponse([JSON.stringify(tensorFlowMetadata(served))]);
      case 'server':
        return jsonResponse([JSON.stringify({ name: 'manabi', version: VERSION, extensions: ['binary_tensor_data'] })]);
      case 'model':
        return jsonResponse([JSON.stringify(kserveMetadata(served))]);
      case 'openapi':
        return jsonResponse([JSON.stringify(openApi(served, this.#settings.basePath))]);
      case 'metrics':
        return new Response(metrics.text(served.batcher), {
          headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
        });
      case 'page':
        return page(served, this.#settings.basePath);
    }
  }

  async #predict(request: Request, route: 'predict' | 'infer'): Promise<Response> {
    const started = performance.now();
    let metrics: Metrics | null = null;
    this.#checkRoom();
    this.#active++;
    try {
      const loaded = await this.#loading;
      metrics = loaded.metrics;
      const response = await (route === 'predict'
        ? answerPredict(request, loaded.served)
        : answerInfer(request, loaded.served));
      metrics.request(response.status, performance.now() - started);
      return response;
    } catch (error) {
      const response = this.#errorResponse(request.signal.aborted ? cancelled(error) : error);
      metrics?.request(response.status, performance.now() - started);
      return response;
    } finally {
      this.#active--;
      if (this.#active === 0) for (const call of this.#whenIdle.splice(0)) call();
    }
  }

  #checkRoom(): void {
    if (this.#isClosed) {
      throw new ServeError('closed', 'The server is shutting down. Send the request to another server.', {
        retryAfter: 1,
      });
    }
    const { maxRequests } = this.#settings;
    if (this.#active < maxRequests) return;
    throw new ServeError('overloaded', `The server handles ${maxRequests} requests at a time. Try again.`, {
      retryAfter: 1,
    });
  }
}

/** Reading the body of a cancelled request fails in many ways, none of which is an error of the server. */
function cancelled(cause: unknown): ServeError {
  return new ServeError('aborted', 'The client closed the connection.', { cause });
}

/** Returns the routes by path. */
function routesOf({ name }: Settings): ReadonlyMap<string, Route> {
  const routes = new Map<string, Route>([
    ['/', 'page'],
    ['/openapi.json', 'openapi'],
    ['/metrics', 'metrics'],
    ['/v2', 'server'],
    ['/v2/health/live', 'live'],
    ['/v2/health/ready', 'ready'],
  ]);
  for (const version of ['', `/versions/${VERSION}`]) {
    routes.set(`/v1/models/${name}${version}`, 'status');
    routes.set(`/v1/models/${name}${version}:predict`, 'predict');
    routes.set(`/v1/models/${name}${version}/metadata`, 'metadata');
    routes.set(`/v2/models/${name}${version}`, 'model');
    routes.set(`/v2/models/${name}${version}/ready`, 'modelReady');
    routes.set(`/v2/models/${name}${version}/infer`, 'infer');
  }
  return routes;
}

async function answerPredict(request: Request, served: ServedModel): Promise<Response> {
  const { predictor, maxBodyBytes } = served;
  const type = mediaType(request);
  if (type.startsWith('image/')) {
    const { preparation } = predictor;
    if (preparation?.kind !== 'images') {
      throw new ServeError(
        'mediaType',
        `The model does not state how images are converted to its inputs; got content-type ${type}. Send application/json.`,
      );
    }
    const inputs = await preparation.prepare([await readBytes(request, maxBodyBytes)]);
    return jsonResponse(writeTensorFlow('instances', await compute(request, served, inputs), served));
  }
  checkJson(type);
  const { form, inputs } = await readTensorFlow(await readJson(request, maxBodyBytes), served);
  return jsonResponse(writeTensorFlow(form, await compute(request, served, inputs), served));
}

async function answerInfer(request: Request, served: ServedModel): Promise<Response> {
  const { maxBodyBytes } = served;
  const length = request.headers.get('inference-header-content-length');
  if (length === null) checkJson(mediaType(request));
  const { json, binary } =
    length === null
      ? { json: await readJson(request, maxBodyBytes), binary: new Uint8Array() }
      : await splitBody(await readBytes(request, maxBodyBytes), length);
  const asked = await readKServe(json, binary, served);
  const outputs = await compute(request, served, asked.inputs);
  const response = writeKServe(asked, outputs, served);
  if (response.binary.length === 0) return jsonResponse(response.json);
  const header = new TextEncoder().encode([...response.json].join(''));
  return new Response(new Blob([header, ...response.binary.map((bytes) => Uint8Array.from(bytes))]), {
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(header.length),
    },
  });
}

async function splitBody(bytes: Uint8Array, length: string) {
  const size = /^\d+$/.test(length) ? Number(length) : Number.NaN;
  if (!(size <= bytes.length)) {
    throw new ServeError(
      'invalid',
      `The header Inference-Header-Content-Length must be the length of the JSON, at most ${bytes.length}; got ${length}.`,
    );
  }
  return { json: await parseJson(bytes.subarray(0, size)), binary: bytes.subarray(size) };
}

function compute(request: Request, { batcher: running }: ServedModel, inputs: Arrays): Promise<Arrays> {
  return running.predict(inputs, { signal: request.signal });
}

function mediaType(request: Request): string {
  const [type] = (request.headers.get('content-type') ?? '').split(';');
  return type.trim().toLowerCase();
}

/** Checks that a request is JSON. Requests that do not state their type are read as JSON, as in TensorFlow Serving. */
function checkJson(type: string): void {
  if (type === '' || type === 'application/json' || type.endsWith('+json')) return;
  const advice =
    type === 'application/x-www-form-urlencoded' ? " With curl, add -H 'content-type: application/json'." : '';
  throw new ServeError('mediaType', `The content-type must be application/json; got ${type}.${advice}`, {
    data: { type },
  });
}
