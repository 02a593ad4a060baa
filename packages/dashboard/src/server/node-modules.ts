interface NodeModules {
  readonly crypto: typeof import('node:crypto');
  readonly 'fs/promises': typeof import('node:fs/promises');
  readonly http: typeof import('node:http');
}

/** Returns whether the program runs in Node, or in a runtime with Node's modules, such as Deno and Bun. */
export function isNode(): boolean {
  return typeof globalThis.process?.versions?.node === 'string';
}

/** Imports a module of Node. The name is assembled at run time, so bundlers do not try to include the module. */
export async function nodeModule<K extends keyof NodeModules>(name: K): Promise<NodeModules[K]> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ `node:${name}`);
}
