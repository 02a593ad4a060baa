import { name as nonEmpty, readArgument } from '@manabi/errors';
import { FileError } from '@manabi/files';
import { blobOf } from './pieces.ts';
import type { WritableStore } from './store.ts';

/** How long a browser may take to begin with a download, in milliseconds. */
const PATIENCE = 60_000;

/**
 * A file that the browser downloads, into the folder that its user chose. Nothing is downloaded before all bytes are
 * there. It cannot be read again: people give a page files with `<input type="file">`, whose files are sources.
 *
 * @param name the file's name; its extension is the format's
 * @throws FileError `unsupported` (when it is written) outside of pages
 * @example `button.onclick = () => saveModel(model, download('digits.keras'))`
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
          `Only pages can download ${name}: in Node give a path, in workers a store.`,
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
      setTimeout(() => URL.revokeObjectURL(url), PATIENCE);
    },
  };
}
