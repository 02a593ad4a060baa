/** The kinds of trouble with files; programs and tests tell errors apart by these, never by wording. */
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

/** The values that the message of a `FileError` was made from, and what caused it. */
export interface FileErrorDetails {
  /** Facts for programs: `source`, `status`, `expected`, `got`, `offset`, … */
  readonly data?: Readonly<Record<string, unknown>>;
  /** The error that caused this one. */
  readonly cause?: unknown;
}

/**
 * Every error that this package throws on purpose.
 *
 * The message says what happened, why, and how to mend it; `code` and `data` hold the same facts for programs.
 *
 * @example
 * ```ts
 * try { await readBytes('weights.bin'); } catch (error) {
 *   if (error instanceof FileError && error.code === 'notFound') console.log(error.data.source);
 * }
 * ```
 */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: FileErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: FileErrorCode, message: string, details: FileErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.data = details.data ?? {};
  }
}

/** The `code` that Node gives its system and zlib errors, or undefined. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const SYSTEM_ERRORS: Readonly<Record<string, readonly [FileErrorCode, string]>> = {
  ENOENT: ['notFound', 'it does not exist. Check the path; relative paths start at the current folder'],
  ENOTDIR: ['notFound', 'a part of its path is a file, not a folder'],
  EISDIR: ['notAFile', 'it is a folder, and a file is needed'],
  EACCES: ['permission', 'permission is denied. Check who may read and write it'],
  EPERM: ['permission', 'the system does not permit it. Check who may read and write it'],
  EROFS: ['permission', 'the disk is read-only'],
  ENOSPC: ['noSpace', 'the disk is full. Free some space or choose another folder'],
  EDQUOT: ['noSpace', 'the disk quota is used up. Free some space or choose another folder'],
  ENAMETOOLONG: ['unsupported', 'its name or its path is longer than the system allows. Choose a shorter one'],
  ELOOP: ['notFound', 'its links lead in a circle'],
  ENXIO: ['io', 'nothing reads from it'],
  EPIPE: ['io', 'its reader has closed it'],
  EFBIG: ['noSpace', 'the system refuses files of that size. Raise the limit or choose another disk'],
};

/**
 * The `FileError` for what the system said while something was done to a file.
 *
 * @param action what was tried, as it follows "Could not": `read`, `write`
 * @returns `error` itself if it is a `FileError` already
 */
export function fileErrorFrom(error: unknown, action: string, source: string): FileError {
  if (error instanceof FileError) return error;
  const system = systemCode(error);
  const [code, reason] = (system === undefined ? undefined : SYSTEM_ERRORS[system]) ?? ['io', String(error)];
  // A file that is written need not exist.
  const isFolderMissing = system === 'ENOENT' && action === 'write';
  const why = isFolderMissing ? 'its folder does not exist. Make the folder first, or check the path' : reason;
  return new FileError(code, `Could not ${action} ${source}: ${why}.`, {
    data: { source, action, ...(system === undefined ? {} : { system }) },
    cause: error,
  });
}
