import { boundedText } from '@manabi/errors/internal';

/** Codes of `FileError`. Programs and tests distinguish errors by code, never by message. */
export type FileErrorCode =
  | 'notFound'
  | 'notAFile'
  | 'permission'
  | 'noSpace'
  | 'io'
  | 'http'
  | 'network'
  | 'range'
  | 'truncated'
  | 'corrupt'
  | 'tooLarge'
  | 'checksum'
  | 'changed'
  | 'refused'
  | 'aborted'
  | 'unsupported';

/** Details of a `FileError`: the values behind its message, and its cause. */
export interface FileErrorDetails {
  /** Values for programs: `source`, `status`, `expected`, `got`, `offset`, … */
  readonly data?: Readonly<Record<string, unknown>>;
  /** The underlying error, such as a system error of Node. */
  readonly cause?: unknown;
}

/**
 * Error of an operation on a file or URL.
 *
 * The message states what is wrong, what was expected and found, and how to fix it; `code` and `data` hold the same
 * information for programs.
 *
 * @example
 * ```ts node-only
 * import { FileError, readBytes } from '@manabi/files';
 *
 * const error = await readBytes('missing.bin').catch((error: unknown) => error);
 * console.log(error instanceof FileError && error.code); // notFound
 * console.log(error instanceof FileError && error.data.source); // missing.bin
 * ```
 */
export class FileError extends Error {
  override readonly name = 'FileError';
  /** Kind of the error, such as `notFound`. */
  readonly code: FileErrorCode;
  /** Values that the message mentions, such as the source. */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: FileErrorCode, message: string, details: FileErrorDetails = {}) {
    super(boundedText(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.data = details.data ?? {};
  }
}

/** Returns the `code` of a system or zlib error of Node, or undefined for other values. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const SYSTEM_ERRORS: Readonly<Record<string, readonly [FileErrorCode, string]>> = {
  ENOENT: ['notFound', 'it does not exist. Check the path; relative paths are resolved from the current folder'],
  ENOTDIR: ['notFound', 'part of its path is a file, not a folder. Check the path'],
  EISDIR: ['notAFile', 'it is a folder. Pass the path of a file'],
  EACCES: ['permission', 'permission denied. Check the permissions of the file and its folder'],
  EPERM: ['permission', 'operation not permitted. Check the permissions of the file and its folder'],
  EROFS: ['permission', 'the disk is read-only. Choose another folder'],
  ENOSPC: ['noSpace', 'the disk is full. Free some space or choose another folder'],
  EDQUOT: ['noSpace', 'the disk quota is exceeded. Free some space or choose another folder'],
  ENAMETOOLONG: ['unsupported', 'its name or path is longer than the system allows. Choose a shorter one'],
  ELOOP: ['notFound', 'its symbolic links form a cycle. Correct the links'],
  ENXIO: ['io', 'no process reads from it. Start its reader first'],
  EPIPE: ['io', 'its reader closed it. Keep the reader open until everything is written'],
  EFBIG: ['noSpace', 'the file exceeds the size limit of the system. Raise the limit or choose another disk'],
};

/**
 * Converts a system error into a `FileError`.
 *
 * @param action the failed operation, which follows "Could not" in the message: `read`, `write`
 * @returns `error` itself if it already is a `FileError`
 */
export function fileErrorFrom(error: unknown, action: string, source: string): FileError {
  if (error instanceof FileError) return error;
  const system = systemCode(error);
  const [code, reason] = (system === undefined ? undefined : SYSTEM_ERRORS[system]) ?? ['io', String(error)];
  // A file that is written need not exist, so here ENOENT means that its folder is missing.
  const isFolderMissing = system === 'ENOENT' && action === 'write';
  const why = isFolderMissing ? 'its folder does not exist. Create the folder first, or check the path' : reason;
  return new FileError(code, `Could not ${action} ${source}: ${why}.`, {
    data: { source, action, ...(system === undefined ? {} : { system }) },
    cause: error,
  });
}
