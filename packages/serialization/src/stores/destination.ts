import { describeGiven, ManabiError } from '@manabi/errors';
import { FileError, type Writable, type WriteOptions, writeFileAtomic } from '@manabi/files';
import { isWritableStore, type WritableStore } from './store.ts';

/** Where files are saved to: a path or `file:` URL, in Node, or a store, in pages too. */
export type Destination = string | URL | WritableStore;

/** What messages call a destination, and where formats find the extension. */
export function destinationName(destination: Destination): string {
  if (typeof destination === 'string' || destination instanceof URL) return String(destination);
  if (isWritableStore(destination)) return destination.name;
  const given = describeGiven(destination);
  throw new ManabiError(
    'argument',
    `The destination must be a path, or a store such as download('model.keras'); got ${given}.`,
    { data: { given } },
  );
}

/**
 * Puts a file into its place at once: whoever looks there finds the old one or the new one, never a part, also if the
 * process is killed, the disk is full, or the data fail half-way.
 *
 * @throws FileError `notFound` without the folder, `permission`, `noSpace`, `aborted`, `io`; `unsupported` for a path in a
 * page
 */
export async function writeTo(destination: Destination, data: Writable, options: WriteOptions = {}): Promise<void> {
  const name = destinationName(destination);
  if (isWritableStore(destination)) return destination.write(data, options);
  if (globalThis.process?.versions?.node === undefined) {
    throw new FileError(
      'unsupported',
      `A page cannot write to the path '${name}'. Give it a store: download('model.keras'), indexedDb('app', ` +
        "'model.keras') or opfs('model.keras').",
      { data: { source: name } },
    );
  }
  return writeFileAtomic(destination, data, options);
}
