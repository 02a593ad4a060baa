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

/**
 * What can be read: a path, a URL (`file:`, `http:`, `https:`, `data:`, `blob:`) as text or as a `URL`, or a `Blob`
 * (a `File` of an upload is one). In pages a text that is no URL is taken relative to the page.
 */
export type FileSource = string | URL | Blob;

/** Where the bytes of a source can come from. */
export type SourceKind = 'file' | 'http' | 'https' | 'data' | 'blob';

/** Which sources may be read: for texts that a program got from others. */
export interface AccessOptions {
  /**
   * Kinds of sources that are read (default all): `file` is paths and `file:` URLs, `blob` is `Blob`s and `blob:` URLs,
   * the others are URLs. Redirects from `https:` to `http:` need `http`.
   */
  readonly allow?: readonly SourceKind[];
  /** Folder in which files must lie, after links are followed (default anywhere). */
  readonly within?: string;
}

/** Bytes `start` up to, but not including, `end`; to the end of the file without `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number;
}

/** A stream of bytes, as `fetch` and `Blob` give it. */
export type ByteStream = ReadableStream<Uint8Array<ArrayBuffer>>;

/** How far a transfer is: bytes that arrived, and how many there will be, where that is known. */
export interface Progress {
  readonly received: number;
  readonly total: number | undefined;
}

/** What is sent along with a request, and how long it is waited for. */
export interface RequestOptions {
  /** Further request headers, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Stops the work, which then fails with `aborted`. */
  readonly signal?: AbortSignal;
  /** How long a server may send nothing, in milliseconds (default 30,000): no answer, or no further bytes of one. */
  readonly timeout?: number;
  /**
   * How many times in a row a request is repeated that failed in a way that may pass (default 3): no connection, one that
   * broke off, and the statuses 408, 429, 500, 502, 503 and 504. The server's `Retry-After` is kept.
   */
  readonly retries?: number;
}

/** Options of `openStream`. */
export interface StreamOptions extends RequestOptions, AccessOptions {
  /** Reads these bytes alone; over HTTP only they are transferred, if the server can do that. */
  readonly range?: ByteRange;
}

/** Options of `readBytes` and `readText`. */
export interface ReadOptions extends StreamOptions {
  /** More bytes than these are refused with `tooLarge`: the bound on memory for input that is not trusted. */
  readonly maxBytes?: number;
  /** Called after each piece. */
  readonly onProgress?: (progress: Progress) => void;
  /** SHA-256 of the bytes in hexadecimal; others are refused with `checksum`. */
  readonly sha256?: string;
}

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
