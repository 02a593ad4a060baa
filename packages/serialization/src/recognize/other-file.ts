import { FileError } from '@manabi/files';
import { type FileKind, fileKinds } from './file-kinds.ts';

/** Formats of files that may be damaged or incomplete model files. */
const MAY_BE_DAMAGED: ReadonlySet<FileKind> = new Set(['empty', 'text', 'unknown']);

/**
 * Returns the error for a file whose format is not the required one. The message states the format of the file and how
 * to read it.
 *
 * @param needed noun phrase for the required format, which follows "not" in the message
 */
export function otherFile(source: string, kind: FileKind, needed: string): FileError {
  const { what, advice } = fileKinds[kind];
  const code = MAY_BE_DAMAGED.has(kind) ? 'corrupt' : 'unsupported';
  return new FileError(code, `${source} is ${what}, not ${needed}. ${advice}`, { data: { source, kind } });
}
