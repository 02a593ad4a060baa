import { isSoftware } from './software.ts';

/**
 * What shaders are tuned for: `hardware` for GPUs, or `software` for drivers that run shaders on the CPU. There, few
 * invocations keep the machine busy, and workgroup memory is no faster than other memory.
 */
export type Tuning = 'hardware' | 'software';

/** Returns the tuning for a device. Devices that do not describe their adapter count as hardware. */
export function tuningOf({ adapterInfo }: GPUDevice): Tuning {
  const info: GPUAdapterInfo | undefined = adapterInfo;
  return info !== undefined && isSoftware(info) ? 'software' : 'hardware';
}
