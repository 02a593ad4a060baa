import { ManabiError, readOptions } from '@manabi/errors';
import { nameOf } from '@manabi/files';
import type { Dataset } from '../dataset.ts';
import type { LinesOptions } from './lines.ts';
import { type FileSources, fileDataset, listOfFiles, sourceKinds } from './sources.ts';

/**
 * Creates a dataset of the values in files with one JSON value per line (JSON Lines, NDJSON); empty lines are skipped. Files are
 * read as values are requested, so they may be larger than memory; gzip files are decompressed. The type `T` is not checked.
 *
 * @param files path, URL or Blob, or an array of them
 * @throws ManabiError (while iterating) `data` with `source` and `line` for a line that is not JSON; FileError if a file
 * cannot be read
 * @example
 * ```ts
 * import { fromJsonLines } from '@manabi/data/files';
 *
 * const file = new Blob(['{"text": "good", "label": 1}\n{"text": "bad", "label": 0}\n']);
 * const reviews = fromJsonLines<{ text: string; label: number }>(file);
 * console.log((await reviews.toArray())[1].text); // bad
 * ```
 */
export function fromJsonLines<T>(files: FileSources, options: LinesOptions = {}): Dataset<T> {
  const op = 'fromJsonLines';
  const list = listOfFiles(op, files);
  const known = readOptions(op, options, sourceKinds);
  return fileDataset(op, async () => {
    const { linesOf } = await import('./lines.ts');
    return async function* open(signal) {
      for (const file of list) {
        let line = 0;
        for await (const text of linesOf(file, known, signal)) {
          line++;
          if (text.trim() !== '') yield parse<T>(text, nameOf(file), line);
        }
      }
    };
  });
}

function parse<T>(text: string, source: string, line: number): T {
  try {
    // The caller declares the type of the values.
    return JSON.parse(text) as T;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new ManabiError('data', `Line ${line} of ${source} is not JSON: ${problem}. Correct or remove the line.`, {
      op: 'fromJsonLines',
      data: { source, line },
      cause,
    });
  }
}
