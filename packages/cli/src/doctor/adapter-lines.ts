import type { AdapterFeature, AdapterReport } from '@manabi/backend-webgpu';
import type { Line } from './line.ts';

/** Uses of the features of an adapter. */
const purposes: { readonly [K in AdapterFeature]: string } = {
  'timestamp-query': 'times of steps in inspect --plan',
  'shader-f16': 'arithmetic in float16',
  subgroups: 'exchange of values within groups of threads',
};

/** Describes the graphics adapter: its name and driver, its features, and its limits. */
export function adapterLines({
  vendor,
  architecture,
  device,
  description,
  isSoftware,
  features,
  limits,
}: AdapterReport): Line[] {
  const name = [description || device, [vendor, architecture].filter(Boolean).join(' ')].filter(Boolean).join(', ');
  const software = isSoftware ? '; software, slower than backend cpu: for tests only' : '';
  const all = Object.entries(purposes);
  const has = ([feature]: readonly [string, string]): boolean => isAdapterFeature(feature) && features[feature];
  const [found, missing] = [all.filter(has), all.filter((entry) => !has(entry))];
  const list = (entries: readonly (readonly [string, string])[]): string =>
    entries.map(([feature, purpose]) => `${feature} (${purpose})`).join(', ');
  return [
    { state: isSoftware ? 'missing' : 'present', what: 'graphics adapter', detail: `${name || 'unnamed'}${software}` },
    ...(found.length === 0 ? [] : [{ state: 'present' as const, what: 'GPU features', detail: list(found) }]),
    ...(missing.length === 0
      ? []
      : [{ state: 'missing' as const, what: 'GPU features', detail: `lacks ${list(missing)}` }]),
    { state: 'present', what: 'GPU limits', detail: limitsText(limits) },
  ];
}

const isAdapterFeature = (name: string): name is AdapterFeature => Object.hasOwn(purposes, name);

function limitsText(limits: AdapterReport['limits']): string {
  return [
    `tensors up to ${mebibytes(limits.maxBufferSize)} MiB`,
    `${mebibytes(limits.maxStorageBufferBindingSize)} MiB of a tensor at once`,
    `${limits.maxStorageBuffersPerShaderStage} buffers per shader`,
    `${limits.maxComputeInvocationsPerWorkgroup} threads and ${limits.maxComputeWorkgroupStorageSize / 1024} KiB per workgroup`,
  ].join(', ');
}

const mebibytes = (bytes: number): string => Math.floor(bytes / 2 ** 20).toLocaleString('en-US');
