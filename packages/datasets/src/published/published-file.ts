import { type Kind, type KindsOf, kind, optional, signal as signalKind, text } from '@manabi/errors';
import { cachedDownload, FileError, type FileSource, openRandomAccess, type RandomAccess } from '@manabi/files';

/** A file that its authors or Keras publish. */
export interface PublishedFile {
  readonly name: string;
  readonly url: string;
  /** SHA-256 of the file in hexadecimal, if it is known. */
  readonly sha256?: string;
}

/** Options for the location of a published file. */
export interface FileOptions {
  /**
   * Path, URL or `Blob` of the file (default: the address where it is published). Files from URLs are kept in the cache
   * of downloads.
   */
  readonly file?: FileSource;
  /** Folder for downloads in Node (default: `cacheDirectory()` of `@manabi/files`). */
  readonly cacheDirectory?: string;
  /** Signal that aborts the loading with a FileError `aborted`. */
  readonly signal?: AbortSignal;
}

/** Validator for locations of files. */
export const fileKind: Kind<FileSource> = kind(
  'a path, a URL or a Blob',
  (given): given is FileSource => typeof given === 'string' || given instanceof URL || given instanceof Blob,
);

/** Validators for `FileOptions`. */
export const fileKinds = {
  file: optional(fileKind),
  cacheDirectory: optional(text),
  signal: optional(signalKind),
} satisfies KindsOf<FileOptions>;

/** Where a function looks for a file, for messages. */
interface Request extends FileOptions {
  /** Name of the function. */
  readonly op: string;
  /** Option that takes the location of the file, for messages (default: `file` with the name of the file). */
  readonly example?: string;
}

/**
 * Returns a published file: the one that the user passed, or a verified download.
 *
 * @throws FileError the codes of `cachedDownload`; if the default address cannot be reached, the message says where to get
 * the file
 */
export async function publishedFile(
  { name, url, sha256 }: PublishedFile,
  { op, example = `file: '${name}'`, file, cacheDirectory, signal }: Request,
): Promise<FileSource> {
  if (file !== undefined) return cachedDownload(file, { cacheDirectory, signal });
  try {
    return await cachedDownload(url, { sha256, cacheDirectory, signal });
  } catch (cause) {
    if (!(cause instanceof FileError) || cause.code === 'aborted') throw cause;
    throw new FileError(
      cause.code,
      `Could not get ${name} for ${op}(): ${cause.message} Download ${url} in another way, and pass its location: ` +
        `${op}({ ${example} }).`,
      { data: { ...cause.data, url, op }, cause },
    );
  }
}

/** Opens a published file, of which parts can then be read; see `publishedFile`. */
export async function openPublished(published: PublishedFile, request: Request): Promise<RandomAccess> {
  const file = await publishedFile(published, request);
  return openRandomAccess(file, { signal: request.signal });
}
