import type { Requirement } from './describe-where.ts';

/**
 * Returns the requirement of tests that need WebGPU.
 *
 * @param open opens a WebGPU device, or throws an error if that is impossible
 * @example
 * ```ts no-run
 * import { createWebGpuBackend } from '@manabi/backend-webgpu';
 *
 * const requirement = await webGpuRequirement(() => createWebGpuBackend());
 * describeWhere(requirement, 'the WebGPU backend', () => {});
 * ```
 */
export async function webGpuRequirement(open: () => Promise<unknown>): Promise<Requirement> {
  const isMet = await open().then(
    () => true,
    () => false,
  );
  return {
    need: 'needs WebGPU: a Vulkan driver (apt-get install mesa-vulkan-drivers) and the package webgpu',
    isMet,
    variable: 'MANABI_REQUIRE_WEBGPU',
  };
}
