import { FileError } from '@manabi/files';
import { type FileKind, fileKinds } from './file-kinds.ts';

/** Kinds that may be damaged or incomplete model files. */
const MAY_BE_DAMAGED: ReadonlySet<FileKind> = new Set(['empty', 'text', 'unknown']);

/**
 * Returns the error for a file of another type than required. The message states its type and how to read it.
 *
 * @param needed the required kind, as it follows "not"
 */
export function otherFile(source: string, kind: FileKind, needed: string): FileError {
  const { what, advice } = fileKinds[kind];
  const code = MAY_BE_DAMAGED.has(kind) ? 'corrupt' : 'unsupported';
  return new FileError(code, `${source} is ${what}, not ${needed}. ${advice}`, { data: { source, kind } });
}
