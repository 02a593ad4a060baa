import { type ByteStream, chunksOf } from '../stream.ts';

/** What can be written: text (as UTF-8), bytes, a blob, or bytes in pieces. */
export type Writable = string | Uint8Array | Blob | ByteStream | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** What is to be written, piece by piece. */
export function piecesOf(data: Writable): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (typeof data === 'string') return [new TextEncoder().encode(data)];
  if (ArrayBuffer.isView(data)) return [data];
  if (data instanceof Blob) return chunksOf(data.stream());
  return data instanceof ReadableStream ? chunksOf(data) : data;
}
