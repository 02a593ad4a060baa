/**
 * Imports the code that this package otherwise loads on first use: that of some routines and functions, of threads in pages and of reports. Only needed for
 * bundles that must be one file, such as workers built by Vite's default settings. `manabi/whole` imports it, too.
 *
 * @example
 * ```ts
 * import '@manabi/backend-cpu/whole';
 * ```
 * @packageDocumentation
 */
import { laterModules } from '@manabi/compiler/whole';
import * as convolutions from './routines/convolutions.ts';
import * as further from './routines/further.ts';
import * as report from './runtime/report.ts';
import * as pageThreads from './threads/pages/page-threads.ts';
import * as planThreads from './threads/pages/plan-threads.ts';
import * as wideMemory from './wide/wide-memory.ts';

const kept: object[] = [];

/** Keeps modules in the bundle file of this module, from which the later `import()` takes them. */
function keepInFile(...modules: readonly object[]): void {
  kept.push(...modules);
}

keepInFile(...laterModules, convolutions, further, report, pageThreads, planThreads, wideMemory);
