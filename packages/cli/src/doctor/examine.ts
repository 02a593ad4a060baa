import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { getThreads } from '@manabi/backend-cpu';
import { type AdapterReport, describeAdapter } from '@manabi/backend-webgpu';
import { add, setBackend, tensor } from 'manabi';
import { backendNames, loadBackend } from '../choose-backend.ts';
import { version } from '../version.ts';
import { installedVersion, optionalPackages } from './optional-packages.ts';
import { type WasmFeatures, wasmFeatures } from './wasm-features.ts';

/** Oldest supported major version of Node. */
export const LEAST_NODE = 20;

/** What this machine can run: backends, WebAssembly features and optional packages. */
export interface Examination {
  /** Whether this machine can run networks. */
  readonly ok: boolean;
  readonly manabi: string;
  readonly node: string;
  readonly platform: string;
  readonly processor: string;
  /** Number of threads that run in parallel. */
  readonly cores: number;
  /** Number of threads on which backend cpu computes. */
  readonly threads: number;
  readonly memoryBytes: number;
  readonly wasm: WasmFeatures;
  readonly backends: readonly BackendState[];
  /** The graphics adapter for backend webgpu; null if WebGPU finds none. */
  readonly adapter: AdapterReport | null;
  /** Versions of the optional packages, by name; null for a package that is not installed. */
  readonly packages: Readonly<Record<string, string | null>>;
}

/** Whether a backend works on this machine. */
export interface BackendState {
  readonly name: string;
  /** Message of the error with which the backend failed; null if the backend works. */
  readonly trouble: string | null;
}

/** Checks what this machine can run; computes a small sum on every backend. */
export async function examine(): Promise<Examination> {
  const wasm = wasmFeatures();
  const backends: BackendState[] = [];
  for (const name of backendNames()) backends.push({ name, trouble: await troubleOf(name) });
  await setBackend('cpu');
  const versions = await Promise.all(
    optionalPackages.map(async ({ name }): Promise<[string, string | null]> => [name, await installedVersion(name)]),
  );
  return {
    ok: nodeMajor() >= LEAST_NODE && backends.some(({ trouble }) => trouble === null),
    manabi: version(),
    node: process.versions.node,
    platform: `${platform()} ${arch()}`,
    processor: cpus().at(0)?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    threads: getThreads(),
    memoryBytes: totalmem(),
    wasm,
    backends,
    adapter: await describeAdapter().catch(() => null),
    packages: Object.fromEntries(versions),
  };
}

/** Returns the major version of Node. */
export function nodeMajor(): number {
  return Number.parseInt(process.versions.node, 10);
}

async function troubleOf(name: string): Promise<string | null> {
  try {
    await loadBackend(name);
    await setBackend(name);
    const [sum] = await add(tensor([1]), 2).data();
    return sum === 3 ? null : `1 + 2 returned ${sum}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
