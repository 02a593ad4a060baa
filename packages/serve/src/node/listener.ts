import type { IncomingMessage, ServerResponse } from 'node:http';

/** Bytes of a request's body that are buffered before the client has to wait. */
const BUFFERED = 2 ** 16;

/**
 * Returns a listener for servers of `node:http`, and for frameworks that pass on their requests and responses, such as
 * Express. If the client disconnects, the signal of the request is aborted.
 *
 * @param handler function such as the result of `createHandler`
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { createHandler } from '@manabi/serve';
 * import { nodeListener } from '@manabi/serve/node';
 * import { layers, sequential } from 'manabi';
 *
 * const handler = createHandler(sequential([layers.dense({ units: 1, inputShape: [2] })]));
 * const server = createServer(nodeListener(handler)); // server.listen(8080) starts it
 * console.log(server.listening); // false
 * ```
 */
export function nodeListener(
  handler: (request: Request) => Promise<Response>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const controller = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) controller.abort();
    });
    try {
      await write(await handler(webRequest(request, controller.signal)), request, response);
    } catch {
      // The handler answers all errors itself: the client has disconnected, or the request has no valid URL or headers.
      if (!response.headersSent) response.writeHead(400);
      response.end();
    }
  };
}

function webRequest(request: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', url = '/' } = request;
  const headers = new Headers();
  for (let i = 0; i < request.rawHeaders.length; i += 2)
    headers.append(request.rawHeaders[i], request.rawHeaders[i + 1]);
  const hasBody = method !== 'GET' && method !== 'HEAD';
  // The host does not matter, and is not to be trusted.
  return new Request(`http://localhost${url}`, {
    method,
    headers,
    signal,
    ...(hasBody ? { body: bodyOf(request), duplex: 'half' } : {}),
  } as RequestInit);
}

/**
 * Returns the body of a request as a stream. Unlike `Readable.toWeb`, it can be cancelled without closing the connection, so
 * that a request that is too large still gets an answer.
 */
function bodyOf(request: IncomingMessage): ReadableStream<Uint8Array> {
  let isDone = false;
  const source: UnderlyingDefaultSource<Uint8Array> = {
    start(controller) {
      request.on('data', (chunk: Buffer) => {
        if (isDone) return;
        controller.enqueue(chunk);
        if ((controller.desiredSize ?? 0) <= 0) request.pause();
      });
      request.on('end', () => {
        if (!isDone) controller.close();
        isDone = true;
      });
      request.on('close', () => {
        if (!isDone) controller.error(new Error('The client closed the connection.'));
        isDone = true;
      });
      request.pause();
    },
    pull() {
      request.resume();
    },
    cancel() {
      isDone = true;
    },
  };
  return new ReadableStream(source, { highWaterMark: BUFFERED, size: (chunk) => chunk?.byteLength ?? 0 });
}

async function write(from: Response, request: IncomingMessage, to: ServerResponse): Promise<void> {
  to.statusCode = from.status;
  to.setHeaders(from.headers);
  if (request.method === 'HEAD' || from.body === null) {
    to.end();
    return;
  }
  const reader = from.body.getReader();
  try {
    const first = await reader.read();
    const second = first.done ? first : await reader.read();
    if (second.done) {
      to.setHeader('content-length', first.value?.byteLength ?? 0);
      to.end(first.value);
      return;
    }
    for (let piece = first; !piece.done; piece = piece === first ? second : await reader.read()) {
      if (to.destroyed) return;
      if (!to.write(piece.value)) await new Promise((resolve) => to.once('drain', resolve).once('close', resolve));
    }
    to.end();
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
