/** Options for opening a GPU device. */
export interface DeviceOptions {
  /** A `GPUDevice` that the program has already opened, for example for drawing. Default: open a new device. */
  readonly device?: object;
  /** Adapter to prefer on machines with several. Default: `high-performance`. */
  readonly powerPreference?: 'high-performance' | 'low-power';
  /** Whether to open the device with the default limits of WebGPU instead of those of the adapter. Default: false. */
  readonly defaultLimits?: boolean;
}
