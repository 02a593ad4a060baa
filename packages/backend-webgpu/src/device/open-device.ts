import { boolean, type KindsOf, kind, ManabiError, type OptionValues, oneOf, optional } from '@manabi/errors';
import type { DeviceOptions } from './device-options.ts';

/** Validators of the options for opening a device. */
export const deviceKinds = {
  device: optional(kind('a GPUDevice', isDevice)),
  powerPreference: optional(oneOf('high-performance', 'low-power')),
  defaultLimits: optional(boolean),
  tuning: optional(oneOf('hardware', 'software')),
} satisfies KindsOf<DeviceOptions>;

/** Device limits for which the largest value that the adapter supports is requested, instead of WebGPU's default. */
export const raised = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
] as const;

/** Features that are used where the adapter has them. */
const optionalFeatures = ['timestamp-query', 'shader-f16', 'subgroups'] as const satisfies readonly GPUFeatureName[];

/** Options that apply only to a device that `openDevice` opens. */
const ownDeviceOptions = ['powerPreference', 'defaultLimits'] as const;

/**
 * Returns the device passed in the options, or opens a new one. In Node, this needs the package `webgpu`.
 *
 * @throws ManabiError `backend` if WebGPU or an adapter is missing, or if the adapter cannot open a device; `argument` for
 * options that a passed device does not use
 */
export async function openDevice(options: OptionValues<typeof deviceKinds>): Promise<GPUDevice> {
  const { device, powerPreference, defaultLimits = false } = options;
  if (device !== undefined) {
    const unused = ownDeviceOptions.find((name) => options[name] !== undefined);
    if (unused !== undefined) throw unusedOption(unused);
    return device;
  }
  const adapter = await requestAdapter(powerPreference);
  const limits = defaultLimits ? {} : Object.fromEntries(raised.map((name) => [name, adapter.limits[name]]));
  // The default limits come without the features that change how shaders compute.
  const features = optionalFeatures.filter(
    (name) => adapter.features.has(name) && !(defaultLimits && name !== 'timestamp-query'),
  );
  try {
    return await adapter.requestDevice({ requiredLimits: limits, requiredFeatures: features });
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
    const advice = `${defaultLimits ? 'U' : 'Pass defaultLimits: true, or u'}se the backend "cpu".`;
    throw new ManabiError('backend', `The graphics adapter cannot open a device. ${advice} Reason: ${reason}.`, {
      op: 'webgpu',
      data: { limits, features, reason },
      cause: error,
    });
  }
}

function unusedOption(name: (typeof ownDeviceOptions)[number]): ManabiError {
  const message = `\`${name}\` applies only to a device that the backend opens, and \`device\` is already open. Remove one of the two options.`;
  return new ManabiError('argument', message, { op: 'createWebGpuBackend', data: { name } });
}

/**
 * Returns the adapter of this machine. By default, it is the fast one.
 *
 * @throws ManabiError `backend` if WebGPU or an adapter is missing
 */
export async function requestAdapter(powerPreference: GPUPowerPreference = 'high-performance'): Promise<GPUAdapter> {
  const gpu = await findGpu();
  const adapter = await gpu.requestAdapter({ powerPreference });
  if (adapter !== null) return adapter;
  throw new ManabiError('backend', `WebGPU found no graphics adapter. ${adapterAdvice()}`, {
    op: 'webgpu',
    data: { missing: 'adapter' },
  });
}

function isDevice(given: unknown): given is GPUDevice {
  return typeof given === 'object' && given !== null && 'createComputePipelineAsync' in given && 'queue' in given;
}

let nodeGpu: GPU | null = null;

async function findGpu(): Promise<GPU> {
  const own: GPU | undefined = globalThis.navigator?.gpu;
  if (own !== undefined) return own;
  nodeGpu ??= await gpuOfNode();
  return nodeGpu;
}

async function gpuOfNode(): Promise<GPU> {
  if (globalThis.process?.versions?.node === undefined) {
    const message = 'This browser lacks WebGPU, or the page is not served over HTTPS. Use the backend "cpu".';
    throw new ManabiError('backend', message, { op: 'webgpu', data: { missing: 'webgpu' } });
  }
  // Bundlers do not resolve an import whose name is in a variable, so they do not require the package to be installed.
  const name = 'webgpu';
  try {
    const { create }: { create: (flags: readonly string[]) => GPU } = await import(/* @vite-ignore */ name);
    // Dawn rounds timestamps to 65 µs by default, as browsers do to protect users from pages.
    return create(['disable-dawn-features=timestamp_quantization']);
  } catch (error) {
    const message = 'Could not load the package webgpu, which Node needs for WebGPU. Install it: npm install webgpu.';
    throw new ManabiError('backend', message, { op: 'webgpu', data: { missing: 'package webgpu' }, cause: error });
  }
}

function adapterAdvice(): string {
  return globalThis.process?.versions?.node === undefined
    ? 'Check that the browser may use the GPU (chrome://gpu), or use the backend "cpu".'
    : 'Install a Vulkan driver (on Debian: apt-get install mesa-vulkan-drivers), or use the backend "cpu".';
}
