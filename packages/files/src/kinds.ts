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
 * Source of bytes: a path, a URL (`file:`, `http:`, `https:`, `data:`, `blob:`) as a string or `URL`, or a `Blob` (such as
 * the `File` of an upload). In pages, a string that is not a URL is resolved relative to the page.
 */
export type FileSource = string | URL | Blob;

/** Kind of a source, for the option `allow`. */
export type SourceKind = 'file' | 'http' | 'https' | 'data' | 'blob';

/** Options that restrict which sources may be read, for paths and URLs from untrusted input. */
export interface AccessOptions {
  /**
   * Allowed kinds of sources (default: all). `file` allows paths and `file:` URLs, `blob` allows `Blob`s and `blob:`
   * URLs, and the other kinds allow URLs of that scheme. Redirects from `https:` to `http:` require `http`.
   */
  readonly allow?: readonly SourceKind[];
  /** Folder that files must be in, after links are resolved (default: files may be in any folder). */
  readonly within?: string;
}

/** Range of bytes from `start` (inclusive) to `end` (exclusive; default: the end of the file). */
export interface ByteRange {
  readonly start: number;
  readonly end?: number;
}

/** Stream of bytes, as returned by `fetch` and `Blob`. */
export type ByteStream = ReadableStream<Uint8Array<ArrayBuffer>>;

/** Progress of a transfer: received bytes, and the total number of bytes if known. */
export interface Progress {
  readonly received: number;
  readonly total: number | undefined;
}

/** Options of HTTP requests. */
export interface RequestOptions {
  /** Additional request headers, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Signal that aborts the operation, which then fails with code `aborted`. */
  readonly signal?: AbortSignal;
  /** Longest time without a byte from the server, in milliseconds (default 30,000). */
  readonly timeout?: number;
  /**
   * Largest number of consecutive retries of a request after temporary failures (default 3). Temporary failures are
   * failed or broken connections, and the statuses 408, 429, 500, 502, 503 and 504. The server's `Retry-After` is
   * respected.
   */
  readonly retries?: number;
}

/** Options of `openStream`. */
export interface StreamOptions extends RequestOptions, AccessOptions {
  /** Range of bytes to read. Over HTTP, only these bytes are transferred if the server supports ranges. */
  readonly range?: ByteRange;
}

/** Options of `readBytes` and `readText`. */
export interface ReadOptions extends StreamOptions {
  /**
   * Largest number of bytes to read, which limits memory for untrusted input (default: no limit). Larger sources are
   * rejected with code `tooLarge`.
   */
  readonly maxBytes?: number;
  /** Callback for the progress of the read, called whenever bytes arrive. */
  readonly onProgress?: (progress: Progress) => void;
  /** Expected SHA-256 of the bytes in hexadecimal; bytes with another hash are rejected with code `checksum`. */
  readonly sha256?: string;
}

/** Validator for sources that can be read. */
export const sourceKind: Kind<FileSource> = kind(
  'a path, a URL or a blob',
  (given): given is FileSource => isPath(given) || given instanceof Blob,
);

/** Validator for file locations: paths and `file:` URLs. */
export const pathKind: Kind<string | URL> = kind('a path or a file: URL', isPath);

/** Validator for byte arrays. */
export const bytesKind: Kind<Uint8Array> = kind(
  'a Uint8Array',
  (given): given is Uint8Array => ArrayBuffer.isView(given) && Reflect.get(given, Symbol.toStringTag) === 'Uint8Array',
);

/** Validator for byte streams, as returned by `fetch` and `Blob`. */
export const streamKind: Kind<ByteStream> = kind(
  'a ReadableStream of bytes',
  (given): given is ByteStream =>
    typeof given === 'object' && given !== null && 'getReader' in given && typeof given.getReader === 'function',
);

/** Validator for SHA-256 hashes in hexadecimal. */
export const sha256Kind: Kind<string> = kind(
  'a SHA-256 in 64 hexadecimal digits',
  (given): given is string => typeof given === 'string' && /^[0-9a-f]{64}$/i.test(given),
);

/** Validator for MD5 hashes in hexadecimal. */
export const md5Kind: Kind<string> = kind(
  'an MD5 in 32 hexadecimal digits',
  (given): given is string => typeof given === 'string' && /^[0-9a-f]{32}$/i.test(given),
);

/** Validator for limits in bytes; Infinity means no limit. */
export const limitKind: Kind<number> = anyOf(
  count,
  kind('Infinity', (given): given is number => given === Number.POSITIVE_INFINITY),
);

/** Validator for progress callbacks. */
export const progressKind = functionOf<(progress: Progress) => void>('a function ({ received, total }) => void');

/** The longest delay that timers support. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** Validators for the options that all HTTP requests accept. */
export const requestKinds = {
  headers: optional(recordOf(text)),
  signal: optional(signal),
  timeout: optional(number({ min: 0, max: LONGEST_TIMEOUT })),
  retries: optional(integer({ min: 0, max: 1000 })),
} satisfies KindsOf<RequestOptions>;

/** Validators for the options that restrict sources. */
export const accessKinds = {
  allow: optional(listOf(oneOf('file', 'http', 'https', 'data', 'blob'))),
  within: optional(text),
} satisfies KindsOf<AccessOptions>;

/** Validator for byte ranges; `checkRange` checks the order of the bounds. */
const rangeKind: Kind<ByteRange> = objectOf({ start: number(), end: optional(number()) } satisfies KindsOf<ByteRange>);

/** Validators for the options of `openStream`. */
export const streamKinds = {
  ...requestKinds,
  ...accessKinds,
  range: optional(rangeKind),
} satisfies KindsOf<StreamOptions>;

/** Validators for the options of `readBytes` and `readText`, for functions that pass these options on. */
export const readKinds = {
  ...streamKinds,
  maxBytes: optional(limitKind),
  onProgress: optional(progressKind),
  sha256: optional(sha256Kind),
} satisfies KindsOf<ReadOptions>;

/** Validators for the options of functions that write files. */
export const writeKinds = { signal: optional(signal) };

function isPath(given: unknown): given is string | URL {
  return typeof given === 'string' || given instanceof URL;
}
