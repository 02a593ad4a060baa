import type { Backend, Executable, Graph } from '@manabi/ir';
import { checkSupported, structuralKey } from '@manabi/ir';
import { otherBackends } from './backends.ts';
import { onBackend } from './losses.ts';
import { LruMap } from './lru.ts';

/** How many executables are kept for each backend, and by each jitted function. */
export const MOST_EXECUTABLES = 64;

const caches = new WeakMap<Backend, LruMap<string, Executable>>();

/** An executable of a graph: the one that a graph of the same structure got before, if it is still kept. */
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
 * Compiles a graph that the backend can run.
 *
 * @throws ManabiError `dtype` or `backend` for a graph that it cannot run, before anything has run; `backend` after a loss
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
