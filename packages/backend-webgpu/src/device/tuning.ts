/**
 * What shaders are tuned for: `hardware` for GPUs, or `software` for drivers that run shaders on the CPU. There, few
 * invocations keep the machine busy, and workgroup memory is no faster than other memory.
 */
export type Tuning = 'hardware' | 'software';

/** Names of drivers that run shaders on the CPU: of Mesa, Chromium and Windows. */
const softwareDrivers = /llvmpipe|lavapipe|swiftshader|microsoft basic render/i;

/** Returns the tuning for a device. Devices that do not describe their adapter count as hardware. */
export function tuningOf({ adapterInfo }: GPUDevice): Tuning {
  const info: GPUAdapterInfo | undefined = adapterInfo;
  if (info === undefined) return 'hardware';
  const { isFallbackAdapter, vendor, architecture, device, description } = info;
  const isSoftware = isFallbackAdapter || softwareDrivers.test(`${vendor} ${architecture} ${device} ${description}`);
  return isSoftware ? 'software' : 'hardware';
}
