import { FileError } from './file-error.ts';

interface NodeModules {
  readonly fs: typeof import('node:fs');
  readonly 'fs/promises': typeof import('node:fs/promises');
  readonly crypto: typeof import('node:crypto');
  readonly os: typeof import('node:os');
  readonly path: typeof import('node:path');
  readonly url: typeof import('node:url');
}

/** True where Node's modules exist (Node, Deno, Bun, Electron's main process); false in pages and browser workers. */
export const hasNode: boolean =
  typeof globalThis.process === 'object' && typeof globalThis.process.versions?.node === 'string';

/**
 * Loads a module of Node on first use, so that pages can load this package. The module name is built at run time to keep
 * bundlers from resolving it.
 *
 * @throws FileError `unsupported` outside Node
 */
export function nodeModule<K extends keyof NodeModules>(name: K): Promise<NodeModules[K]> {
  if (!hasNode) {
    return Promise.reject(
      new FileError(
        'unsupported',
        `Files on disk are unsupported in pages: node:${name} is available only in Node. Use URLs or Blobs.`,
        { data: { name } },
      ),
    );
  }
  return import(/* webpackIgnore: true */ /* @vite-ignore */ `node:${name}`);
}
