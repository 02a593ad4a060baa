import { readOptions } from '@manabi/errors';
import type { Dataset } from '../dataset.ts';
import type { LinesOptions } from './lines.ts';
import { type FileSources, fileDataset, listOfFiles, sourceKinds } from './sources.ts';

/**
 * Creates a dataset of the lines of text files in UTF-8, without line ends (LF or CRLF). Files are read as lines are
 * requested, so they may be larger than memory; gzip files are decompressed.
 *
 * @param files path, URL or Blob, or an array of them
 * @throws ManabiError (while iterating) `data` for text that is not UTF-8; FileError if a file cannot be read
 * @example
 * ```ts
 * import { fromTextLines } from '@manabi/data/files';
 *
 * const file = new Blob(['first\nsecond\n']);
 * console.log(await fromTextLines(file).toArray()); // ['first', 'second']
 * ```
 */
export function fromTextLines(files: FileSources, options: LinesOptions = {}): Dataset<string> {
  const op = 'fromTextLines';
  const list = listOfFiles(op, files);
  const known = readOptions(op, options, sourceKinds);
  return fileDataset(op, async () => {
    const { linesOf } = await import('./lines.ts');
    return async function* open(signal) {
      for (const file of list) yield* linesOf(file, known, signal);
    };
  });
}
