import { type Kind, type KindsOf, kind, objectOf, optional, text } from '@manabi/errors';
import type { CachedDownloadOptions } from '@manabi/files';
import { readKinds } from '@manabi/files';
import type { Source } from '@manabi/serialization';

/** File with the weights of a network: a path, a URL, a `Blob`, bytes or a store. */
export type WeightsSource = Source;

/** Options for the download of weights. */
export type DownloadOptions = CachedDownloadOptions;

const { headers, signal, timeout, retries, maxBytes, onProgress, sha256 } = readKinds;

/** Validator for the option `download`. */
export const downloadKind: Kind<DownloadOptions> = objectOf({
  headers,
  signal,
  timeout,
  retries,
  maxBytes,
  onProgress,
  sha256,
  md5: optional(text),
  cacheDirectory: optional(text),
} satisfies KindsOf<DownloadOptions>);

/** Validator for the option `weights`. */
export const weightsKind: Kind<WeightsSource | null> = kind(
  "'imagenet', null, or a file of weights: a path, a URL, a Blob, bytes or a store",
  (given): given is WeightsSource | null =>
    given === null ||
    (typeof given === 'string' && given !== '') ||
    given instanceof URL ||
    given instanceof Blob ||
    given instanceof Uint8Array ||
    given instanceof ArrayBuffer ||
    (typeof given === 'object' && 'read' in given && 'size' in given),
);
