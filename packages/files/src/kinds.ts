import {
  anyOf,
  count,
  functionOf,
  integer,
  type Kind,
  type KindsOf,
  kind,
  listOf,
  number,
  objectOf,
  oneOf,
  optional,
  recordOf,
  signal,
  text,
} from '@manabi/errors';
import type { RequestOptions } from './http/request.ts';
import type { ByteRange } from './range.ts';
import type { ReadOptions, StreamOptions } from './read.ts';
import type { AccessOptions, FileSource } from './source.ts';
import type { ByteStream, Progress } from './stream.ts';

/** What can be read. */
export const sourceKind: Kind<FileSource> = kind(
  'a path, a URL or a blob',
  (given): given is FileSource => isPath(given) || given instanceof Blob,
);

/** Where files are: paths, and `file:` URLs. */
export const pathKind: Kind<string | URL> = kind('a path or a file: URL', isPath);

/** Bytes. */
export const bytesKind: Kind<Uint8Array> = kind(
  'a Uint8Array',
  (given): given is Uint8Array => ArrayBuffer.isView(given) && Reflect.get(given, Symbol.toStringTag) === 'Uint8Array',
);

/** Streams of bytes, as `fetch` and `Blob` return them. */
export const streamKind: Kind<ByteStream> = kind(
  'a ReadableStream of bytes',
  (given): given is ByteStream =>
    typeof given === 'object' && given !== null && 'getReader' in given && typeof given.getReader === 'function',
);

/** SHA-256 sums in hexadecimal. */
export const sha256Kind: Kind<string> = kind(
  'a SHA-256 in 64 hexadecimal digits',
  (given): given is string => typeof given === 'string' && /^[0-9a-f]{64}$/i.test(given),
);

/** Limits in bytes; Infinity for none. */
export const limitKind: Kind<number> = anyOf(
  count,
  kind('Infinity', (given): given is number => given === Number.POSITIVE_INFINITY),
);

/** Functions that are told how far a transfer is. */
export const progressKind = functionOf<(progress: Progress) => void>('a function ({ received, total }) => void');

/** Timers take no longer times. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** What all requests take. */
export const requestKinds = {
  headers: optional(recordOf(text)),
  signal: optional(signal),
  timeout: optional(number({ min: 0, max: LONGEST_TIMEOUT })),
  retries: optional(integer({ min: 0, max: 1000 })),
} satisfies KindsOf<RequestOptions>;

/** What all reads take that may be restricted. */
export const accessKinds = {
  allow: optional(listOf(oneOf('file', 'http', 'https', 'data', 'blob'))),
  within: optional(text),
} satisfies KindsOf<AccessOptions>;

/** A part of a file; `checkRange` checks its order. */
const rangeKind: Kind<ByteRange> = objectOf({ start: number(), end: optional(number()) } satisfies KindsOf<ByteRange>);

/** The options of `openStream`. */
export const streamKinds = {
  ...requestKinds,
  ...accessKinds,
  range: optional(rangeKind),
} satisfies KindsOf<StreamOptions>;

/** The options of `readBytes` and `readText`: for functions that hand them on. */
export const readKinds = {
  ...streamKinds,
  maxBytes: optional(limitKind),
  onProgress: optional(progressKind),
  sha256: optional(sha256Kind),
} satisfies KindsOf<ReadOptions>;

/** The options of functions that write. */
export const writeKinds = { signal: optional(signal) };

function isPath(given: unknown): given is string | URL {
  return typeof given === 'string' || given instanceof URL;
}
