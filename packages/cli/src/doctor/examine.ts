import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { add, registeredBackends, setBackend, tensor } from 'manabi';
import { version } from '../version.ts';
import { installedVersion, optionalPackages } from './optional-packages.ts';
import { type WasmFeatures, wasmFeatures } from './wasm-features.ts';

/** The oldest Node that is tested with. */
export const LEAST_NODE = 20;

/** What this machine has. */
export interface Examination {
  /** Whether networks can be trained here. */
  readonly ok: boolean;
  readonly manabi: string;
  readonly node: string;
  readonly platform: string;
  readonly processor: string;
  /** How many programs can compute at the same time. */
  readonly cores: number;
  readonly memoryBytes: number;
  readonly wasm: WasmFeatures;
  readonly backends: readonly BackendState[];
  /** Versions of what is optional; null where it is not installed. */
  readonly packages: Readonly<Record<string, string | null>>;
}

/** A backend, and whether it computes. */
export interface BackendState {
  readonly name: string;
  /** What went wrong; null if nothing did. */
  readonly trouble: string | null;
}

/** Looks at this machine, and has every backend compute something. */
export async function examine(): Promise<Examination> {
  const wasm = wasmFeatures();
  const backends: BackendState[] = [];
  for (const name of registeredBackends()) backends.push({ name, trouble: await troubleOf(name) });
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
    memoryBytes: totalmem(),
    wasm,
    backends,
    packages: Object.fromEntries(versions),
  };
}

/** The first number of Node's version. */
export function nodeMajor(): number {
  return Number.parseInt(process.versions.node, 10);
}

async function troubleOf(name: string): Promise<string | null> {
  try {
    await setBackend(name);
    const [sum] = await add(tensor([1]), 2).data();
    return sum === 3 ? null : `1 + 2 gave ${sum}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
