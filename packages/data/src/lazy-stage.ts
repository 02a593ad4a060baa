import type { Cardinality } from './cardinality.ts';
import { pathAfter, type Stage } from './stage.ts';

/** Starts an iteration of a stage. */
export type Open<T> = (signal: AbortSignal) => AsyncGenerator<T, void, undefined>;

/**
 * Returns a stage whose code is loaded when an iteration starts, so that pages that do not use the stage do not download
 * it.
 *
 * @param upstreams the stages that it reads
 * @param load loads the code; receives the path of the stage
 */
export function lazyStage<T>(
  name: string,
  upstreams: readonly Stage<unknown>[],
  cardinality: Cardinality,
  load: (path: string) => Promise<Open<T>>,
): Stage<T> {
  const path = upstreams.length === 0 ? name : pathAfter(upstreams[0], name);
  return {
    path,
    cardinality,
    skipIterations(count) {
      for (const upstream of upstreams) upstream.skipIterations(count);
    },
    async *open(signal) {
      const open = await load(path);
      yield* open(signal);
    },
  };
}
