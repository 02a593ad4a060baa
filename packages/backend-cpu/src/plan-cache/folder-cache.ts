import { type Graph, structuralKey } from '@manabi/ir';
import type { CompiledPlan } from '../plan/frame-plan.ts';
import { readProgram, writeProgram } from '../program/program-file.ts';
import type { CacheEntry, PlanCache, PlanSettings } from './plan-cache.ts';
import { type FolderModules, shrinkFolder } from './shrink-folder.ts';

/** The modules of Node that the cache needs. */
export interface CacheModules extends FolderModules {
  readonly crypto: typeof import('node:crypto');
}

/** Largest size of all plans in bytes. */
const mostBytes = 256 * 2 ** 20;
/** Size in bytes of the largest plan that is stored, so that one with large constants does not displace all others. */
const largestPlan = mostBytes / 4;
/** Number of bytes that a process may store before it looks at the size of the folder again. */
const uncheckedBytes = 16 * 2 ** 20;

/**
 * A cache of compiled plans in a folder, which processes share. Each file is named by a digest of everything that the plan depends
 * on: the code of manabi, the engine, the settings, and the graph with its constants. It is a compiled program without parameters.
 * Files are replaced at once, and contain a checksum and their digest, so readers ignore damaged files and those of others.
 */
export class FolderCache implements PlanCache {
  readonly #folder: string;
  readonly #version: string;
  readonly #leastTime: number;
  readonly #modules: CacheModules;
  /** Number of bytes stored since the size of the folder was known. */
  #stored = uncheckedBytes;
  #hasWarned = false;

  /**
   * @param version text that differs between versions of the code that compiles plans
   * @param leastTime plans that compile faster than this many milliseconds are not stored
   */
  constructor(folder: string, version: string, leastTime: number, modules: CacheModules) {
    this.#folder = folder;
    this.#version = version;
    this.#leastTime = leastTime;
    this.#modules = modules;
  }

  entryOf(graph: Graph, settings: PlanSettings): CacheEntry {
    const { crypto, path } = this.#modules;
    const { donated, routines, memory, fused } = settings;
    const digest = crypto
      .createHash('sha256')
      .update(this.#version)
      .update(JSON.stringify([donated, routines, memory, fused]))
      // The key contains the bits of constants as UTF-16, which are not always valid text.
      .update(structuralKey(graph), 'utf16le')
      .digest('hex');
    const file = path.join(this.#folder, `${digest}.plan`);
    const start = performance.now();
    return {
      read: () => this.#read(file, digest),
      keep: (compiled) => {
        if (performance.now() - start >= this.#leastTime) this.#write(file, digest, compiled);
      },
    };
  }

  #read(file: string, digest: string): CompiledPlan | null {
    const { fs } = this.#modules;
    try {
      const { name, plan } = readProgram(fs.readFileSync(file));
      if (name !== digest) return null;
      const now = new Date();
      // The time of a file is that of its last use; see `shrinkFolder`. It cannot be set in a folder that is only readable.
      fs.utimes(file, now, now, () => {});
      return plan;
    } catch {
      return null;
    }
  }

  #write(file: string, digest: string, plan: CompiledPlan): void {
    const { crypto, fs } = this.#modules;
    const temporary = `${file}.${process.pid}-${crypto.randomUUID()}.tmp`;
    try {
      const bytes = writeProgram({ name: digest, inputs: [], outputs: [], parameters: [], plan });
      if (bytes.length > largestPlan) return;
      fs.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      fs.writeFileSync(temporary, bytes, { mode: 0o600 });
      fs.renameSync(temporary, file);
      this.#stored += bytes.length;
      if (this.#stored <= uncheckedBytes) return;
      shrinkFolder(this.#folder, mostBytes - uncheckedBytes, this.#modules);
      this.#stored = 0;
    } catch (error) {
      fs.rm(temporary, { force: true }, () => {});
      if (!this.#hasWarned)
        process.emitWarning(
          `Compiled plans cannot be stored in ${this.#folder}: ${error instanceof Error ? error.message : String(error)}. Set planCache ` +
            'or MANABI_PLAN_CACHE to a folder that can be written.',
        );
      this.#hasWarned = true;
    }
  }
}
