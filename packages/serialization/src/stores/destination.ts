import { ManabiError } from '@manabi/errors';
import { describeGiven } from '@manabi/errors/internal';
import { FileError, type Writable, type WriteOptions, writeFileAtomic } from '@manabi/files';
import { isWritableStore, type WritableStore } from './store.ts';

/** Destination of a saved file: a path or `file:` URL in Node, or a store, which works in pages too. */
export type Destination = string | URL | WritableStore;

/** Returns the name of a destination for messages and for its extension. */
export function destinationName(destination: Destination): string {
  if (typeof destination === 'string' || destination instanceof URL) return String(destination);
  if (isWritableStore(destination)) return destination.name;
  const given = describeGiven(destination);
  throw new ManabiError(
    'argument',
    `\`destination\` must be a path, a file: URL, or a store such as download('model.keras'); got ${given}.`,
    { data: { given } },
  );
}

/**
 * Writes a file atomically: other programs see either the old or the complete new file, even if the process is killed,
 * the disk is full, or reading the data fails halfway.
 *
 * @throws FileError `notFound` without the folder, `permission`, `noSpace`, `aborted`, `io`; `unsupported` for a path
 * in a page
 */
export async function writeTo(destination: Destination, data: Writable, options: WriteOptions = {}): Promise<void> {
  const name = destinationName(destination);
  if (isWritableStore(destination)) return destination.write(data, options);
  if (globalThis.process?.versions?.node === undefined) {
    throw new FileError(
      'unsupported',
      `Cannot write to the path '${name}' in a page. Pass a store: download('model.keras'), ` +
        "indexedDb('app', 'model.keras') or opfs('model.keras').",
      { data: { source: name } },
    );
  }
  return writeFileAtomic(destination, data, options);
}
