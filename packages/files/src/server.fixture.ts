import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A request that the test server received. */
export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** A local HTTP server for tests that records the requests it receives. */
export interface TestServer {
  readonly base: string;
  readonly requests: SeenRequest[];
  /** Number of bytes that the server has sent over all connections, including headers. */
  sent: number;
  close(): Promise<void>;
}

/** Starts a server with a request handler. */
export async function startServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TestServer> {
  const requests: SeenRequest[] = [];
  const sockets = new Map<Socket, number>();
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? '', headers: request.headers });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  server.on('connection', (socket) => sockets.set(socket, 0));
  const bytesSent = (): number => [...sockets].reduce((sum, [socket, before]) => sum + socket.bytesWritten - before, 0);
  return {
    get sent() {
      return bytesSent();
    },
    set sent(_) {
      for (const socket of sockets.keys()) sockets.set(socket, socket.bytesWritten);
    },
    base: `http://127.0.0.1:${address.port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Answers a request with an `ETag` and `bytes`, or the requested range of `bytes`. */
export function serveBytes(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array, tag = '"one"'): void {
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304, { etag: tag }).end();
    return;
  }
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const condition = request.headers['if-range'];
  if (match === null || (condition !== undefined && condition !== tag)) {
    response.writeHead(200, { 'content-length': bytes.length, etag: tag });
    response.end(bytes);
    return;
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? bytes.length : Math.min(bytes.length, Number(match[2]) + 1);
  if (start >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` });
    response.end();
    return;
  }
  response.writeHead(206, {
    'content-length': end - start,
    'content-range': `bytes ${start}-${end - 1}/${bytes.length}`,
    etag: tag,
  });
  response.end(bytes.subarray(start, end));
}

/** Announces the length of `bytes`, sends the first `count` of them, then closes the connection. */
export function breakOff(response: ServerResponse, bytes: Uint8Array, count: number, tag = '"one"'): void {
  response.writeHead(200, { 'content-length': bytes.length, etag: tag });
  response.write(bytes.subarray(0, count), () => response.socket?.end());
}

/**
 * Returns test bytes in a pattern that does not repeat at small distances, so tests notice if a read returns the wrong
 * range.
 */
export function patternBytes(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 7) & 255);
}
