import { FileError } from '@manabi/files';
import { type FileKind, fileKinds } from './file-kinds.ts';

/** Kinds that may be model files which are damaged, or were not fetched. */
const MAY_BE_DAMAGED: ReadonlySet<FileKind> = new Set(['empty', 'text', 'unknown']);

/**
 * The error for a file of another kind than is needed: says what it is, and what reads it.
 *
 * @param needed what is needed, as it follows "not"
 */
export function otherFile(source: string, kind: FileKind, needed: string): FileError {
  const { what, advice } = fileKinds[kind];
  const code = MAY_BE_DAMAGED.has(kind) ? 'corrupt' : 'unsupported';
  return new FileError(code, `${source} is ${what}, not ${needed}. ${advice}`, { data: { source, kind } });
}
