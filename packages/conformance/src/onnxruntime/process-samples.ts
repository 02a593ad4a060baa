import { existsSync, readdirSync } from 'node:fs';
import { type MemorySample, sampleMemory } from '../memory-samples.ts';

/** Memory and threads of a process after a garbage collection. */
export interface ProcessSample extends MemorySample {
  /** Bytes of the process in main memory. */
  readonly resident: number;
  /** Number of threads; 0 where the system does not list them. */
  readonly threads: number;
}

/** Folder in which Linux lists the threads of this process. */
const THREADS = '/proc/self/task';

/** Collects garbage and returns a sample. */
export async function sampleProcess(): Promise<ProcessSample> {
  const memory = await sampleMemory();
  const threads = existsSync(THREADS) ? readdirSync(THREADS).length : 0;
  return { ...memory, resident: process.memoryUsage.rss(), threads };
}
