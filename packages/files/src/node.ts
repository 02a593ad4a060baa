import { FileError } from './file-error.ts';

interface NodeModules {
  readonly fs: typeof import('node:fs');
  readonly 'fs/promises': typeof import('node:fs/promises');
  readonly crypto: typeof import('node:crypto');
  readonly os: typeof import('node:os');
  readonly path: typeof import('node:path');
  readonly url: typeof import('node:url');
}

/** True where Node's own modules exist: Node, Deno, Bun and Electron's main process; false in pages and workers. */
export const hasNode: boolean =
  typeof globalThis.process === 'object' && typeof globalThis.process.versions?.node === 'string';

/**
 * Loads a module of Node when it is first needed, so that pages can load this package.
 * The name is put together at run time to keep bundlers from looking for the module.
 *
 * @throws FileError `unsupported` outside Node.
 */
export function nodeModule<K extends keyof NodeModules>(name: K): Promise<NodeModules[K]> {
  if (!hasNode) {
    return Promise.reject(
      new FileError('unsupported', `A page has no file system: node:${name} exists in Node alone.`, { data: { name } }),
    );
  }
  return import(/* webpackIgnore: true */ /* @vite-ignore */ `node:${name}`);
}
