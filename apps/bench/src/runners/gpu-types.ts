/** A WebGPU adapter: the part that the benchmark uses. */
interface Adapter {
  readonly info: Readonly<Record<'vendor' | 'architecture' | 'device' | 'description', string>>;
}

/** The entry point of WebGPU: the part that the benchmark uses. */
export interface GpuEntry {
  requestAdapter(options: { readonly powerPreference: 'high-performance' }): Promise<Adapter | null>;
}
