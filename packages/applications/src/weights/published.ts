import { ManabiError } from '@manabi/errors';

/** A published file of weights. */
export interface PublishedFile {
  readonly url: string;
  /** MD5 of the file, as Keras publishes it; null if it is not published. */
  readonly md5: string | null;
  /** SHA-256 of the file; null if it is not published. */
  readonly sha256: string | null;
}

/** Digests of the files with and without classifier. */
export type Digests = readonly [top: string, noTop: string];

const STORAGE = 'https://storage.googleapis.com/tensorflow/keras-applications';

/** Returns a file of Keras's storage of weights. Digests of 64 digits are SHA-256, others are MD5. */
export function publishedFile(path: string, digest: string | null): PublishedFile {
  return fileAt(`${STORAGE}/${path}`, digest);
}

/** Returns a file at a URL. */
export function fileAt(url: string, digest: string | null): PublishedFile {
  const isSha256 = digest?.length === 64;
  return { url, md5: isSha256 ? null : digest, sha256: isSha256 ? digest : null };
}

/** Returns the files of a network whose names differ only in an ending. */
export function withAndWithoutTop(
  path: string,
  [top, noTop]: Digests,
  endings: readonly [string, string] = [
    '_weights_tf_dim_ordering_tf_kernels.h5',
    '_weights_tf_dim_ordering_tf_kernels_notop.h5',
  ],
): (includeTop: boolean) => PublishedFile {
  return (includeTop) => publishedFile(`${path}${endings[includeTop ? 0 : 1]}`, includeTop ? top : noTop);
}

/** Error for a variant of a network without published weights. */
export function notPublished(op: string, name: string, given: unknown, published: string): ManabiError {
  return new ManabiError(
    'argument',
    `There are no published weights for \`${name}\`: ${String(given)}. Pass one of ${published}, or weights: null.`,
    { op, data: { name, given, published } },
  );
}
