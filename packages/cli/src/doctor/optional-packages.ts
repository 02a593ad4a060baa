import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** An npm package that some commands use if it is installed. */
export interface OptionalPackage {
  readonly name: string;
  /** Purpose of the package, as a verb phrase: `reads images`. */
  readonly purpose: string;
}

/** Optional packages that `doctor` checks. */
export const optionalPackages: readonly OptionalPackage[] = [
  { name: 'sharp', purpose: 'reads images for predict' },
  { name: 'onnxruntime-node', purpose: 'runs backend onnxruntime, and verifies ONNX files' },
  { name: 'webgpu', purpose: 'runs backend webgpu' },
];

/** Returns the version of an installed package; null if it is not installed. */
export async function installedVersion(name: string): Promise<string | null> {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const text = await readFile(join(folder, name, 'package.json'), 'utf8').catch(() => null);
    const manifest: unknown = text === null ? null : JSON.parse(text);
    if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) continue;
    if (typeof manifest.version === 'string') return manifest.version;
  }
  return null;
}
