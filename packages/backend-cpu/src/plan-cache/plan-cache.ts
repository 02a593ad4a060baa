import type { Graph } from '@manabi/ir';
import type { CompiledPlan } from '../plan/frame-plan.ts';
import type { MemoryImport } from '../wasm/index.ts';

/** Everything besides the graph that the compiled form of a plan depends on. */
export interface PlanSettings {
  readonly donated: readonly number[];
  readonly routines: readonly string[];
  readonly memory: MemoryImport;
  readonly fused: boolean;
}

/** The place of one compiled plan in a cache. */
export interface CacheEntry {
  /** Returns the plan that this or another process has stored; null if there is none, or if its file is damaged. */
  read(): CompiledPlan | null;
  /** Stores the plan if it took long to compile. A failure, such as a full disk, shows a warning. */
  keep(compiled: CompiledPlan): void;
}

/** Compiled plans that outlive the process. */
export interface PlanCache {
  entryOf(graph: Graph, settings: PlanSettings): CacheEntry;
}
