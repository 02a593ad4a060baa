import type { Backend, Executable, Graph } from '@manabi/ir';
import { checkSupported, structuralKey } from '@manabi/ir';
import { otherBackends } from './backends.ts';
import { onBackend } from './losses.ts';
import { LruMap } from './lru.ts';

/** Largest number of executables that are kept for each backend and for each jitted function. */
export const MOST_EXECUTABLES = 64;

const caches = new WeakMap<Backend, LruMap<string, Executable>>();

/** Returns an executable for a graph. All graphs with the same structure share one executable. */
export function executableOf(backend: Backend, graph: Graph, op: string): Executable | Promise<Executable> {
  let cache = caches.get(backend);
  if (cache === undefined) {
    cache = new LruMap(MOST_EXECUTABLES, (dropped) => dropped.dispose());
    caches.set(backend, cache);
  }
  const key = structuralKey(graph);
  const known = cache.get(key);
  if (known !== undefined) return known;
  const keep = (executable: Executable): Executable => {
    cache.set(key, executable);
    return executable;
  };
  const compiled = compileOn(backend, graph, [], op);
  return compiled instanceof Promise ? compiled.then(keep) : keep(compiled);
}

/**
 * Compiles a graph after checking that the backend supports it.
 *
 * @throws ManabiError `dtype` or `backend` for an unsupported graph; `backend` if the backend was lost
 */
export function compileOn(
  backend: Backend,
  graph: Graph,
  donated: readonly number[],
  op: string,
): Executable | Promise<Executable> {
  if (backend.dtypes !== undefined || backend.supports !== undefined)
    checkSupported(graph, backend, otherBackends(backend));
  return onBackend(backend, op, () => backend.compile(graph, { donated }));
}
