import type { Source, SourceOptions } from '../stores/index.ts';
import type { FileKind } from './file-kinds.ts';

/**
 * Returns the format of a file or folder, recognized by its content.
 *
 * @throws FileError the codes of reading the source: `notFound`, `http`, …
 * @example
 * ```ts
 * import { recognizeFile, tensor, writeNpy } from 'manabi';
 *
 * await writeNpy('data.bin', tensor([1, 2]));
 * console.log(await recognizeFile('data.bin')); // npy
 * ```
 */
export async function recognizeFile(source: Source, options: SourceOptions = {}): Promise<FileKind> {
  // Pages that import everything from `manabi` contain this file, but seldom call the function.
  const recognize = await import('./recognize-file.ts');
  return recognize.recognizeFile(source, options);
}
