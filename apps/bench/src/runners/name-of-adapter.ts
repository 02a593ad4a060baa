import type { GpuEntry } from './gpu-types.ts';

/** Globals of a page, some of which lack WebGPU. */
interface PageGlobals {
  readonly navigator?: { readonly gpu?: GpuEntry };
}

/**
 * Returns the name of the WebGPU adapter, as all contestants request it.
 *
 * @throws Error without an adapter
 */
export async function nameOfAdapter(): Promise<string> {
  const { navigator }: PageGlobals = globalThis;
  const adapter = await navigator?.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === undefined || adapter === null) throw new Error('WebGPU found no adapter.');
  const { vendor, architecture, device, description } = adapter.info;
  return description || [vendor, architecture, device].filter((part) => part !== '').join(' ');
}
