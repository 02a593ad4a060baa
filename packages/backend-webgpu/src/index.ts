export { createWebGpuBackend, type WebGpuBackendOptions } from './backend.ts';
export type { DeviceOptions } from './device/device-options.ts';
export type { WebGpuRoutineName } from './shaders/routine-shaders.ts';
export { type TargetLimits, webGpuTarget } from './target.ts';
