export { createWebGpuBackend, type WebGpuBackendOptions } from './backend.ts';
export {
  type AdapterFeature,
  type AdapterReport,
  type DescribeAdapterOptions,
  describeAdapter,
} from './device/describe-adapter.ts';
export type { DeviceOptions } from './device/device-options.ts';
export type { Tuning } from './device/tuning.ts';
export type { WebGpuRoutineName } from './shaders/routine-names.ts';
export { type TargetLimits, webGpuTarget } from './target.ts';
