import { createServer } from 'node:http';
import { integer, type KindsOf, ManabiError, notNegative, optional, readOptions, text } from '@manabi/errors';
import { createHandler, HANDLER_OPTIONS, type Handler, type HandlerOptions, type Servable } from '../http/handler.ts';
import { nodeListener } from './listener.ts';

/** Options of `serve`. */
export interface ServeOptions extends HandlerOptions {
  /** Address to listen on (default `127.0.0.1`, which only this machine can reach). */
  readonly host?: string;
  /** Port to listen on; 0 for a free one (default 8080). */
  readonly port?: number;
  /** Milliseconds that `close` waits for accepted requests before it rejects them (default 30,000). */
  readonly graceMs?: number;
}

/** A server that listens. */
export interface RunningServer {
  /** URL of the page that describes the server. */
  readonly url: string;
  readonly port: number;
  readonly handler: Handler;
  /** Answers the accepted requests, closes all connections, and frees the memory of the model. */
  close(): Promise<void>;
}

const kinds = {
  host: optional(text, '127.0.0.1'),
  port: optional(integer({ min: 0, max: 65535 }), 8080),
  graceMs: optional(notNegative, 30_000),
} satisfies KindsOf<Omit<ServeOptions, keyof HandlerOptions>>;

/** Milliseconds in which clients have to read the last responses. */
const LINGER = 1000;

/** Milliseconds for which idle connections stay open: longer than proxies usually keep theirs, which avoids failed requests. */
const KEEP_ALIVE = 75_000;

/**
 * Serves a model over HTTP. Health checks are answered while the model is prepared; the result is available when it is ready.
 *
 * @throws ManabiError `argument` for invalid options, and if the port is in use; errors of the model
 * @example
 * ```ts
 * import { serve } from '@manabi/serve/node';
 * import { layers, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [2] })]);
 * const server = await serve(model, { name: 'line', port: 0 });
 * const response = await fetch(`${server.url}v2/health/ready`);
 * console.log(response.status); // 200
 * await server.close();
 * ```
 */
export async function serve(model: Servable, options: ServeOptions = {}): Promise<RunningServer> {
  const { host, port, graceMs } = readOptions('serve', options, kinds, { others: HANDLER_OPTIONS });
  const { host: _, port: __, graceMs: ___, ...rest } = options;
  const handler = createHandler(model, rest);
  let isClosing = false;
  const server = createServer(
    nodeListener(async (request) => {
      const response = await handler(request);
      if (isClosing) response.headers.set('connection', 'close');
      return response;
    }),
  );
  server.keepAliveTimeout = KEEP_ALIVE;
  const stop = async (): Promise<void> => {
    isClosing = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await handler.close({ graceMs });
    // Connections whose last response is complete are idle. Clients that do not read theirs cannot delay the end.
    const idle = setInterval(() => server.closeIdleConnections(), 10);
    const force = setTimeout(() => server.closeAllConnections(), Math.min(graceMs, LINGER));
    await closed;
    clearInterval(idle);
    clearTimeout(force);
  };
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    await handler.ready;
  } catch (error) {
    if (server.listening) await stop();
    else await handler.close();
    throw listenError(error, host, port);
  }
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/`,
    port: bound,
    handler,
    close: stop,
  };
}

function listenError(error: unknown, host: string, port: number): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'the port is in use. Choose another one, or 0 for a free one',
    EACCES: 'permission denied. Choose a port of at least 1024',
    EADDRNOTAVAIL: 'this machine does not have the address. Choose 127.0.0.1, or 0.0.0.0 for all addresses',
    ENOTFOUND: 'the host is unknown. Choose 127.0.0.1, or 0.0.0.0 for all addresses',
  };
  if (typeof code !== 'string' || !Object.hasOwn(reasons, code)) return error;
  return new ManabiError('argument', `Could not listen on ${host}, port ${port}: ${reasons[code]}.`, {
    op: 'serve',
    data: { host, port, system: code },
    cause: error,
  });
}
