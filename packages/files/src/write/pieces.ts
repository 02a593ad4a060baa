import { type Kind, kind, readArgument } from '@manabi/errors';
import type { ByteStream } from '../kinds.ts';
import { bytesKind } from '../kinds.ts';
import { chunksOf } from '../stream.ts';

/** Content of a file: text (written as UTF-8), bytes, a blob, or a stream or iterable of bytes. */
export type Writable = string | Uint8Array | Blob | ByteStream | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Validator for data to write. Whether an iterable yields bytes is checked only when it is read. */
export const writableKind: Kind<Writable> = kind(
  'a string, a Uint8Array, a Blob, or a stream or iterable of Uint8Arrays',
  isWritable,
);

function isWritable(given: unknown): given is Writable {
  if (typeof given === 'string' || bytesKind.accepts(given) || given instanceof Blob) return true;
  if (typeof given !== 'object' || given === null || ArrayBuffer.isView(given)) return false;
  return given instanceof ReadableStream || Symbol.iterator in given || Symbol.asyncIterator in given;
}

/** Returns data to write as an iterable of byte arrays. */
export function piecesOf(data: Writable): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (typeof data === 'string') return [new TextEncoder().encode(data)];
  if (ArrayBuffer.isView(data)) return [data];
  if (data instanceof Blob) return chunksOf(data.stream());
  return checkedPieces(data instanceof ReadableStream ? chunksOf(data) : data);
}

async function* checkedPieces(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of pieces) yield readArgument('write', 'data', piece, bytesKind);
}
