import type { Threads } from '../../runtime/threads.ts';
import { Coordinator, type PageTools } from './coordinator.ts';
import { PagePlan } from './page-plan.ts';

/** Largest number of threads, to catch mistakes. */
const mostThreads = 1024;

/**
 * Returns the threads of a backend in the main thread of a page, which must not be busy for long.
 *
 * @param count returns the number of threads that the program has chosen
 * @param eager for tests: whether all plans run on workers, and helpers take part in all jobs, however short
 */
export function planThreads(count: () => number, tools: PageTools, eager = false): Threads {
  const coordinator = new Coordinator(() => Math.min(mostThreads, count()), tools, eager);
  return {
    load: (module, allocator) => {
      // Workers do not have the functions of JavaScript that a module imports to compute in float64.
      const calls = WebAssembly.Module.imports(module).some(({ kind }) => kind === 'function');
      return calls ? null : new PagePlan(coordinator, module, allocator);
    },
    settle: () => coordinator.settle(),
  };
}
