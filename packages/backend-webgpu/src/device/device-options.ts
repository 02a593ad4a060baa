import type { Tuning } from './tuning.ts';

/** Options for opening a GPU device. */
export interface DeviceOptions {
  /** A `GPUDevice` that the program has already opened, for example for drawing. Default: open a new device. */
  readonly device?: object;
  /**
   * GPU to prefer if the machine has several: the fast one or the one that saves power. Cannot be combined with `device`.
   * Default: `high-performance`.
   */
  readonly powerPreference?: 'high-performance' | 'low-power';
  /**
   * Whether to keep WebGPU's default limits, such as the size of a buffer, instead of requesting the larger limits that
   * the GPU supports, and to do without float16 in shaders. Cannot be combined with `device`. Default: false.
   */
  readonly defaultLimits?: boolean;
  /** What shaders are tuned for. Default: chosen by the adapter. */
  readonly tuning?: Tuning;
}
