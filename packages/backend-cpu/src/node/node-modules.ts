/** The member of Node's `process` that is used here. Node has it from version 20.16. */
interface NodeProcess {
  getBuiltinModule?<Name extends keyof Modules>(name: Name): Modules[Name];
}

/** The modules of Node that this package needs. */
interface Modules {
  readonly 'node:crypto': typeof import('node:crypto');
  readonly 'node:fs': typeof import('node:fs');
  readonly 'node:os': typeof import('node:os');
  readonly 'node:path': typeof import('node:path');
  readonly 'node:url': typeof import('node:url');
  readonly 'node:worker_threads': typeof import('node:worker_threads');
}

/**
 * Returns a module of Node; undefined before Node 20.16. It is loaded by name at run time, because some bundles that run in Node
 * can neither import nor require a module.
 */
export function nodeModule<Name extends keyof Modules>(name: Name): Modules[Name] | undefined {
  const host: NodeProcess | undefined = Reflect.get(globalThis, 'process');
  return host?.getBuiltinModule?.(name);
}
