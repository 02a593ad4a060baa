import { name as nonEmpty, readArgument } from '@manabi/errors';
import { FileError } from '@manabi/files';
import { blobOf } from './pieces.ts';
import type { WritableStore } from './store.ts';

/** Time in milliseconds after which the memory of the file is released, because the download must have started. */
const START_TIMEOUT = 60_000;

/**
 * Creates a destination that the browser downloads to the user's download folder. The download starts when all bytes are
 * available. The file cannot be read back; for uploads, use the files of `<input type="file">` as sources.
 *
 * @param name name of the file; its extension determines the format
 * @throws FileError `unsupported` (on write) outside pages
 * @example
 * ```ts no-run
 * import { download, layers, saveModel, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [2] })]);
 * document.querySelector('button')?.addEventListener('click', () => saveModel(model, download('digits.keras')));
 * ```
 */
export function download(name: string): WritableStore {
  readArgument('download', 'name', name, nonEmpty);
  return {
    name,
    write: async (data, { signal } = {}) => {
      const { document } = globalThis;
      if (document === undefined) {
        throw new FileError(
          'unsupported',
          `Cannot download ${name} outside a web page. Pass a path in Node, or a store such as indexedDb() in a worker.`,
          {
            data: { source: name },
          },
        );
      }
      const url = URL.createObjectURL(await blobOf(data, name, signal));
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), START_TIMEOUT);
    },
  };
}
