import type { Tuning } from './tuning.ts';

/** Names of drivers that run shaders on the CPU: of Mesa, Chromium and Windows. */
const softwareDrivers = /llvmpipe|lavapipe|swiftshader|microsoft basic render/i;

/** Whether an adapter runs shaders on the CPU. Adapters that do not describe themselves count as hardware. */
export function isSoftware({ isFallbackAdapter, vendor, architecture, device, description }: GPUAdapterInfo): boolean {
  return isFallbackAdapter || [vendor, architecture, device, description].some((text) => softwareDrivers.test(text));
}

/** Returns the tuning for a device. Devices that do not describe their adapter count as hardware. */
export function tuningOf({ adapterInfo }: GPUDevice): Tuning {
  const info: GPUAdapterInfo | undefined = adapterInfo;
  return info !== undefined && isSoftware(info) ? 'software' : 'hardware';
}
