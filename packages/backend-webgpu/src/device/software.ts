/** Names of drivers that run shaders on the CPU: of Mesa, Chromium and Windows. */
const softwareDrivers = /llvmpipe|lavapipe|swiftshader|microsoft basic render/i;

/** Whether an adapter runs shaders on the CPU. Adapters that do not describe themselves count as hardware. */
export function isSoftware({ isFallbackAdapter, vendor, architecture, device, description }: GPUAdapterInfo): boolean {
  return isFallbackAdapter || [vendor, architecture, device, description].some((text) => softwareDrivers.test(text));
}
