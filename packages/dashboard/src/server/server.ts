import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import {
  boolean,
  integer,
  type KindsOf,
  ManabiError,
  optional,
  readArgument,
  readOptions,
  withMethods,
} from '@manabi/errors';
import { toJson } from '../records/numbers.ts';
import type { RecordSource } from '../records/record.ts';
import { isNode, nodeModule } from './node-modules.ts';
import { pageOf, policyOf } from './page.ts';
import { viewScript } from './view-bundle.ts';

/** Options of `serveDashboard`. */
export interface ServeOptions {
  /** Port on 127.0.0.1; 0 for any free port (default: 0). */
  readonly port?: number;
  /** Whether the server keeps the process running until it is closed (default: false). */
  readonly keepAlive?: boolean;
}

/** A server of a dashboard. */
export interface DashboardServer {
  readonly url: string;
  readonly port: number;
  /** Ends all connections and closes the server. */
  close(): Promise<void>;
}

const kinds = {
  port: optional(integer({ min: 0, max: 65535 }), 0),
  keepAlive: optional(boolean, false),
} satisfies KindsOf<ServeOptions>;

const sourceKind = withMethods<RecordSource>('subscribe');

/** Address on which the server listens: other machines cannot connect to it. */
const HOST = '127.0.0.1';

/** A reader that has not received this many bytes is disconnected; when it connects again, it gets a thinned history. */
const MOST_BUFFERED = 32e6;

/** Longest time in milliseconds for which `close` waits for readers. */
const CLOSING = 500;

const PAGE = pageOf({ policy: null, body: '<script src="/view.js" defer></script>' });

const HEADERS = {
  'Content-Security-Policy': `${policyOf("'self'", "'self'")}; frame-ancestors 'none'`,
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

/**
 * Serves a dashboard on 127.0.0.1, in Node: the page at `/`, the records as server-sent events at `/events`, and requests
 * to stop a run at `/stop`. Requests for other hosts, which DNS rebinding makes, and requests from other sites are refused.
 *
 * @param source records to show, such as a `RecordHub`
 * @throws ManabiError `argument` for invalid options, for a port that is in use, and outside Node
 * @example
 * ```ts
 * import { RecordHub } from '@manabi/dashboard';
 * import { serveDashboard } from '@manabi/dashboard/server';
 *
 * const server = await serveDashboard(new RecordHub());
 * const page = await fetch(server.url);
 * console.log(page.status); // 200
 * await server.close();
 * ```
 */
export async function serveDashboard(source: RecordSource, options: ServeOptions = {}): Promise<DashboardServer> {
  readArgument('serveDashboard', 'source', source, sourceKind);
  const { port: wanted, keepAlive } = readOptions('serveDashboard', options, kinds);
  if (!isNode()) {
    throw new ManabiError(
      'argument',
      'serveDashboard requires Node. In a page, use mountDashboard of @manabi/dashboard/view.',
      {
        op: 'serveDashboard',
      },
    );
  }
  const { createServer } = await nodeModule('http');
  const readers = new Set<ServerResponse>();
  let hosts: ReadonlySet<string> = new Set();
  const server = createServer((request, response) => answer(source, readers, hosts, request, response));
  if (!keepAlive) server.on('connection', (socket) => socket.unref());
  const port = await listen(server, wanted);
  hosts = new Set([`${HOST}:${port}`, `localhost:${port}`]);
  if (!keepAlive) server.unref();
  let closing: Promise<void> | null = null;
  return {
    url: `http://${HOST}:${port}/`,
    port,
    close: () => {
      closing ??= close(server, readers);
      return closing;
    },
  };
}

function listen(server: Server, wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const problem =
        cause.code === 'EADDRINUSE' ? `Port ${wanted} is in use` : `Cannot listen on port ${wanted} (${cause.message})`;
      reject(
        new ManabiError('argument', `${problem}. Pass another port, or 0 for any free port.`, {
          op: 'serveDashboard',
          data: { port: wanted },
          cause,
        }),
      );
    });
    server.listen(wanted, HOST, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : wanted);
    });
  });
}

/** Sends the end of all events, and waits until the readers are gone, for a short time. */
async function close(server: Server, readers: ReadonlySet<ServerResponse>): Promise<void> {
  await new Promise<void>((resolve) => {
    // This timer keeps the process running meanwhile: the connections do not.
    const timer = setTimeout(resolve, CLOSING);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    for (const reader of readers) reader.end('event: closed\ndata:\n\n');
    server.closeIdleConnections();
  });
  server.closeAllConnections();
}

/** A response that is known at once. */
interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Answers a request. */
function answer(
  source: RecordSource,
  readers: Set<ServerResponse>,
  hosts: ReadonlySet<string>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const refusal = refusalOf(request, hosts);
  const [path] = (request.url ?? '/').split('?');
  if (refusal !== null) {
    send(response, { status: 403, type: 'text/plain', body: `${refusal}\n` });
  } else if (path === '/events' && request.method === 'GET') {
    stream(source, readers, response);
  } else if (path === '/stop') {
    stop(source, request).then(
      (reply) => send(response, reply),
      () => response.destroy(),
    );
  } else {
    send(response, fileAt(path, request.method ?? ''));
  }
}

function send(response: ServerResponse, { status, type, body }: Reply): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': `${type}; charset=utf-8` });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** Returns the files of the page. */
function fileAt(path: string, method: string): Reply {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, type: 'text/plain', body: 'Send a GET request.\n' };
  if (path === '/') return { status: 200, type: 'text/html', body: PAGE };
  if (path === '/view.js') return { status: 200, type: 'text/javascript', body: viewScript };
  return { status: 404, type: 'text/plain', body: 'Not found.\n' };
}

/** Stops the run that a request names. */
async function stop(source: RecordSource, request: IncomingMessage): Promise<Reply> {
  const problem = (status: number, text: string): Reply => ({ status, type: 'text/plain', body: `${text}\n` });
  if (request.method !== 'POST') return problem(405, 'Send a POST request.');
  if (source.stop === undefined) return problem(404, 'Recorded runs cannot be stopped.');
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    return problem(415, 'Send the name of the run as JSON.');
  }
  const run = await readRun(request);
  if (run === null) return problem(400, 'Send {"run": name} with the name of a run.');
  source.stop(run);
  return { status: 202, type: 'application/json', body: '{}' };
}

/** Returns why a request is refused; null for requests of the dashboard's own page, and of programs that are no browsers. */
function refusalOf({ headers }: IncomingMessage, hosts: ReadonlySet<string>): string | null {
  const { host = '', origin } = headers;
  if (!hosts.has(host.toLowerCase())) return `The dashboard does not serve the host '${host}'.`;
  if (origin !== undefined && origin !== `http://${host.toLowerCase()}`)
    return 'Requests from other sites are refused.';
  const site = headers['sec-fetch-site'];
  // Links on other sites may open the page itself.
  const isNavigation = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  const isOwn = site === undefined || site === 'same-origin' || site === 'none' || isNavigation;
  return isOwn ? null : 'Requests from other sites are refused.';
}

/** Reads the name of a run from the body of a request; null if the body contains no name. */
async function readRun(request: IncomingMessage): Promise<string | null> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > 10_000) return null;
  }
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null || !('run' in body)) return null;
    return typeof body.run === 'string' ? body.run : null;
  } catch {
    return null;
  }
}

/** Sends all records so far and each later one to a reader, until it disconnects. */
function stream(source: RecordSource, readers: Set<ServerResponse>, response: ServerResponse): void {
  response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream; charset=utf-8', Connection: 'close' });
  // A reader that connects again gets the whole history again.
  response.write(`retry: 1000\nevent: begin\ndata: ${source.stop === undefined ? 'recorded' : 'live'}\n\n`);
  readers.add(response);
  let end = (): void => {};
  response.on('close', () => {
    readers.delete(response);
    end();
  });
  end = source.subscribe((record) => {
    if (response.writableEnded || response.destroyed) return;
    response.write(`data: ${toJson(record)}\n\n`);
    if (response.writableLength > MOST_BUFFERED) response.destroy();
  });
}
