import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { GpuEntry } from './gpu-types.ts';

/** The package `webgpu`. */
interface NodeWebGpu {
  create(flags: readonly string[]): GpuEntry;
  readonly globals: Readonly<Record<string, unknown>>;
}

/**
 * Gives Node the globals of a page with WebGPU, from the package `webgpu`: libraries look for `navigator.gpu`, and read the
 * name of the browser from `navigator.userAgent`.
 *
 * @param npmFolder folder in which the package is installed
 * @param adapter part of the name of an adapter; empty for the default
 * @throws Error without an adapter
 */
export async function provideGpu(npmFolder: string, adapter: string): Promise<void> {
  const file = createRequire(join(npmFolder, 'package.json')).resolve('webgpu');
  const { create, globals }: NodeWebGpu = await import(pathToFileURL(file).href);
  const gpu = create(adapter === '' ? [] : [`adapter=${adapter}`]);
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', {
    value: { gpu, userAgent: `Node.js/${process.versions.node}`, hardwareConcurrency: 1 },
    configurable: true,
  });
}
