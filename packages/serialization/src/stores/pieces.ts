import { chunksOf, type Writable } from '@manabi/files';
import { throwIfAborted } from './store-errors.ts';

/** Iterates over data to write as byte arrays. */
export async function* piecesOf(
  data: Writable,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  throwIfAborted(signal, name);
  for await (const piece of iterable(data)) {
    throwIfAborted(signal, name);
    yield ownBytes(piece);
  }
  throwIfAborted(signal, name);
}

/** Collects data to write in a blob, which browsers keep outside the JavaScript heap. */
export async function blobOf(data: Writable, name: string, signal: AbortSignal | undefined): Promise<Blob> {
  const pieces: Blob[] = [];
  for await (const piece of piecesOf(data, name, signal)) pieces.push(new Blob([piece]));
  return new Blob(pieces, { type: 'application/octet-stream' });
}

function iterable(data: Writable): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (typeof data === 'string') return [new TextEncoder().encode(data)];
  if (ArrayBuffer.isView(data)) return [data];
  if (data instanceof Blob) return chunksOf(data.stream());
  return data instanceof ReadableStream ? chunksOf(data) : data;
}

/** Returns the bytes. Bytes in shared memory are copied, because browsers do not write them. */
function ownBytes(piece: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = piece;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, length) : new Uint8Array(piece);
}
