import type { BindingKind, Pipeline } from '../device/pipelines.ts';
import type { ServiceShader } from '../shaders/service-shaders.ts';
import type { Gpu } from './gpu.ts';

/** A pipeline with the bind groups that have been created for it. */
export interface Bound {
  readonly pipeline: Pipeline;
  /** Cached bind groups; a key lists the buffers that the group binds. */
  readonly groups: Map<string, GPUBindGroup>;
}

/** Compiles a shader, and returns its pipeline with an empty cache of bind groups. */
export async function bound(gpu: Gpu, name: string, code: string, kinds: readonly BindingKind[]): Promise<Bound> {
  return { pipeline: await gpu.pipelines.compile(name, code, kinds), groups: new Map() };
}

/**
 * Compiles a `ServiceShader`, one that belongs to no plan, and returns its pipeline with an empty cache of bind groups.
 */
export const boundService = (gpu: Gpu, { name, code, kinds }: ServiceShader): Promise<Bound> =>
  bound(gpu, name, code, kinds);
