import { JsonReader } from '../json/json-reader.ts';
import type { JsonValue } from '../json/json-value.ts';
import { ServeError } from '../serve-error.ts';

/** Largest number of bytes that are parsed at once. */
const PIECE = 2 ** 16;

/** Milliseconds of parsing after which other requests get a turn. */
const SLICE = 5;

/**
 * Returns the pieces of a request's body.
 *
 * @throws ServeError `tooLarge` for a body of more than `limit` bytes, before it is read if its length is stated; `invalid`
 * if the request ends early
 */
async function* piecesOf(request: Request, limit: number): AsyncGenerator<Uint8Array> {
  const stated = Number(request.headers.get('content-length') ?? 0);
  if (stated > limit) throw tooLarge(limit, stated);
  if (request.body === null) return;
  let bytes = 0;
  const reader = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.length;
      if (bytes > limit) throw tooLarge(limit, bytes);
      for (let at = 0; at < value.length; at += PIECE) yield value.subarray(at, at + PIECE);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function tooLarge(limit: number, bytes: number): ServeError {
  return new ServeError(
    'tooLarge',
    `The request body has more than ${limit} bytes. Send fewer samples in each request, or start the server with a larger limit.`,
    { data: { limit, bytes } },
  );
}

/**
 * Reads the body of a request as bytes.
 *
 * @throws ServeError as `piecesOf`; `invalid` for an empty body
 */
export async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of piecesOf(request, limit)) {
    pieces.push(piece);
    length += piece.length;
  }
  if (length === 0) throw empty();
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/**
 * Reads the body of a request as JSON. Other requests are served in between, however large the body is.
 *
 * @throws ServeError as `piecesOf`; `invalid` for text that is not JSON
 */
export async function readJson(request: Request, limit: number): Promise<JsonValue> {
  return parsePieces(piecesOf(request, limit));
}

/** Parses JSON in bytes that have been read. */
export function parseJson(bytes: Uint8Array): Promise<JsonValue> {
  return parsePieces(piecesOfBytes(bytes));
}

async function* piecesOfBytes(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

async function parsePieces(pieces: AsyncIterable<Uint8Array>): Promise<JsonValue> {
  const reader = new JsonReader();
  let started = performance.now();
  let isEmpty = true;
  for await (const piece of pieces) {
    isEmpty = false;
    if (performance.now() - started > SLICE) {
      await eventLoopTurn();
      started = performance.now();
    }
    reader.write(piece);
  }
  if (isEmpty) throw empty();
  return reader.end();
}

function empty(): ServeError {
  return new ServeError('invalid', 'The request has no body. Send JSON such as {"instances": [...]}.');
}

/** Resolves after other events have been handled. */
function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
