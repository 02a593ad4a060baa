import { type KindsOf, readOptions } from '@manabi/errors';
import type { DeviceOptions } from './device-options.ts';
import { deviceKinds, raised, requestAdapter } from './open-device.ts';
import { isSoftware } from './software.ts';

/** Feature of WebGPU that manabi can use: times of the GPU for profiles, float16 in shaders, or exchange within subgroups. */
export type AdapterFeature = 'timestamp-query' | 'shader-f16' | 'subgroups';

/** Options of `describeAdapter`. */
export type DescribeAdapterOptions = Pick<DeviceOptions, 'powerPreference'>;

/** Properties of a graphics adapter. Browsers leave the texts empty that could identify the user. */
export interface AdapterReport {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  /** Description by the driver, usually with the name of the adapter and the version of the driver. */
  readonly description: string;
  /** Whether the CPU does the work of the GPU: lavapipe, SwiftShader, WARP. Backend `cpu` is faster than these. */
  readonly isSoftware: boolean;
  readonly features: { readonly [K in AdapterFeature]: boolean };
  /** Limits that restrict the size of tensors and the speed of shaders, by their names in WebGPU. */
  readonly limits: Readonly<Record<string, number>>;
}

const kinds = { powerPreference: deviceKinds.powerPreference } satisfies KindsOf<DescribeAdapterOptions>;

/**
 * Describes the graphics adapter that `createWebGpuBackend` would use, without opening a device.
 *
 * @throws ManabiError `backend` if WebGPU or an adapter is missing, `argument` for an invalid option
 * @example
 * ```ts no-run
 * import { describeAdapter } from '@manabi/backend-webgpu';
 *
 * const { description, isSoftware } = await describeAdapter();
 * console.log(description, isSoftware ? '(software)' : '');
 * ```
 */
export async function describeAdapter(options: DescribeAdapterOptions = {}): Promise<AdapterReport> {
  const { powerPreference } = readOptions('describeAdapter', options, kinds);
  return reportOf(await requestAdapter(powerPreference));
}

function reportOf(adapter: GPUAdapter): AdapterReport {
  const { vendor, architecture, device, description } = adapter.info;
  const has = (name: AdapterFeature): boolean => adapter.features.has(name);
  return {
    vendor,
    architecture,
    device,
    description,
    // Older browsers have the flag on the adapter instead of its info.
    isSoftware: isSoftware(adapter.info) || Reflect.get(adapter, 'isFallbackAdapter') === true,
    features: {
      'timestamp-query': has('timestamp-query'),
      'shader-f16': has('shader-f16'),
      subgroups: has('subgroups'),
    },
    limits: Object.fromEntries(raised.map((name) => [name, adapter.limits[name]])),
  };
}
