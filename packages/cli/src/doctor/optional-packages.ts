import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** A package that adds something where it is installed. */
export interface OptionalPackage {
  readonly name: string;
  /** What it is for; null if nothing uses it. */
  readonly purpose: string | null;
}

/** What `doctor` looks for. */
export const optionalPackages: readonly OptionalPackage[] = [
  { name: 'sharp', purpose: 'predict reads images' },
  { name: 'onnxruntime-node', purpose: 'ONNX files are held against their networks, and evaluated' },
  { name: 'webgpu', purpose: null },
];

/** The version of a package that this one would find; null where it is not installed. */
export async function installedVersion(name: string): Promise<string | null> {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const text = await readFile(join(folder, name, 'package.json'), 'utf8').catch(() => null);
    const manifest: unknown = text === null ? null : JSON.parse(text);
    if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) continue;
    if (typeof manifest.version === 'string') return manifest.version;
  }
  return null;
}
