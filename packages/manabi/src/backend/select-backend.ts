import type { AdapterReport } from '@manabi/backend-webgpu';
import { ManabiError, registerBackend, registeredBackends, setBackend } from '@manabi/core';
import { type KindsOf, kind, notNegative, oneOf, optional, positiveInteger, readOptions } from '@manabi/errors';
import type { Model } from '@manabi/layers';
import { selectNative } from '#native';
import { trainingOperations } from './training-operations.ts';

/** Options of `selectBackend`. */
export interface SelectBackendOptions {
  /** Model to train. Small models are faster on the CPU. Default: unknown, which counts as large. */
  readonly model?: Model;
  /** Samples per training step of `model`. Default: 32, like `fit`. */
  readonly batchSize?: number;
  /** Scalar operations of one step of the program, instead of `model`. */
  readonly operations?: number;
  /** Adapter to prefer on machines with several. Default: `high-performance`. */
  readonly powerPreference?: 'high-performance' | 'low-power';
}

/** The backend that `selectBackend` selected. */
export interface SelectedBackend {
  readonly name: 'cpu' | 'onnxruntime' | 'webgpu';
  /** Why this backend was selected, for users. */
  readonly reason: string;
  /** Estimated scalar operations of one step; null if unknown. */
  readonly operations: number | null;
  /** The graphics adapter; null if the machine has none, or if the decision did not need it. */
  readonly adapter: AdapterReport | null;
}

/**
 * Number of scalar operations per step from which `webgpu` is selected. See "Choosing a backend" in the README for the
 * measurements behind it.
 */
const LEAST_OPERATIONS = 1e8;

const kinds = {
  model: optional(kind('a model', isModel)),
  batchSize: optional(positiveInteger, 32),
  operations: optional(notNegative),
  powerPreference: optional(oneOf('high-performance', 'low-power'), 'high-performance'),
} satisfies KindsOf<SelectBackendOptions>;

/**
 * Selects the fastest backend of this machine for a program: `webgpu` if there is a GPU and a step has enough work for it,
 * otherwise `cpu`, or in Node `onnxruntime` if a step has enough work for it. Code for `webgpu` is downloaded only if a GPU may
 * be used. In Node, `webgpu` needs the package `webgpu`, and `onnxruntime` the package `onnxruntime-node`.
 *
 * Call it before weights and other tensors are computed, because existing tensors stay on their backend.
 *
 * @returns the selected backend, with the reason
 * @throws ManabiError `argument` for an invalid option
 * @example
 * ```ts
 * import { layers, sequential } from 'manabi';
 * import { selectBackend } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [2] })]);
 * const { name, reason } = await selectBackend({ model, batchSize: 4 });
 * console.log(name); // cpu
 * console.log(reason); // A step has about 60 operations; webgpu is faster from 100 million.
 * ```
 */
export async function selectBackend(options: SelectBackendOptions = {}): Promise<SelectedBackend> {
  const { model, batchSize, powerPreference, ...given } = readOptions('selectBackend', options, kinds);
  await setBackend('cpu');
  const operations = given.operations ?? (model === undefined ? null : await trainingOperations(model, batchSize));
  const onCpu = (reason: string, adapter: AdapterReport | null = null): SelectedBackend => ({
    name: 'cpu',
    reason,
    operations,
    adapter,
  });
  /** Selects `onnxruntime` or `cpu`, because `webgpu` is not the fastest backend for the given reason. */
  const onHost = async (reason: string, adapter: AdapterReport | null = null): Promise<SelectedBackend> => {
    const native = await selectNative?.(operations, model);
    if (native?.selected) return { ...onCpu(`${reason} ${native.reason}`, adapter), name: 'onnxruntime' };
    return onCpu(native ? `${reason} ${native.reason}` : reason, adapter);
  };
  if (operations !== null && operations < LEAST_OPERATIONS) {
    const count = formatCount(operations);
    return onHost(`A step has about ${count} operations; webgpu is faster from ${formatCount(LEAST_OPERATIONS)}.`);
  }
  if (!mayHaveWebGpu()) return onHost('This browser lacks WebGPU, or the page is not served over HTTPS.');
  try {
    const { createWebGpuBackend, describeAdapter } = await import('@manabi/backend-webgpu');
    const adapter = await describeAdapter({ powerPreference });
    const label = labelOf(adapter);
    if (adapter.isSoftware)
      return await onHost(`The graphics adapter, ${label}, is software, which is slower than cpu.`, adapter);
    if (!registeredBackends().includes('webgpu')) {
      registerBackend('webgpu', () => createWebGpuBackend({ powerPreference }));
    }
    await setBackend('webgpu');
    const work = operations === null ? '' : `, and a step has about ${formatCount(operations)} operations`;
    return { name: 'webgpu', reason: `This machine has a GPU, ${label}${work}.`, operations, adapter };
  } catch (error) {
    // Without WebGPU, or if no device can be opened, a backend that computes on the CPU is the best one.
    if (!(error instanceof ManabiError && error.code === 'backend')) throw error;
    return onHost(`WebGPU cannot be used: ${error.message}`);
  }
}

function isModel(given: unknown): given is Model {
  return typeof given === 'object' && given !== null && 'inputTypes' in given && 'values' in given;
}

/** Whether WebGPU may be available: in Node, that depends on a package. */
function mayHaveWebGpu(): boolean {
  return globalThis.process?.versions?.node !== undefined || globalThis.navigator?.gpu !== undefined;
}

function labelOf({ description, device, vendor, architecture }: AdapterReport): string {
  return description || device || [vendor, architecture].filter(Boolean).join(' ') || 'whose name the browser hides';
}

/** Formats a large number with two digits: `36`, `4.7 million`, `100 million`. */
function formatCount(count: number): string {
  const [size, unit] = count >= 1e9 ? [1e9, ' billion'] : count >= 1e6 ? [1e6, ' million'] : [1, ''];
  return `${Number((count / size).toPrecision(count >= 1e6 ? 2 : 3)).toLocaleString('en-US')}${unit}`;
}
