/** Changes to the behavior of a GPU device. */
export interface DeviceChanges {
  /** Features that the device has, besides timestamps. */
  readonly has?: readonly GPUFeatureName[];
  /** Features that the device seems to lack. */
  readonly lacks?: readonly string[];
  /** Limits that differ from those of the device. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Granularity to which timestamps are rounded down, in nanoseconds. */
  readonly timestampStep?: number;
  /** Returns true for the size of a buffer for which the device has no memory. */
  readonly isTooMuch?: (bytes: number) => boolean;
  /** Changes the code of shaders. */
  readonly shader?: (code: string) => string;
  /** Returns true once the queue completes nothing anymore. */
  readonly hangs?: () => boolean;
  /** Is called for each submission. */
  readonly submits?: () => void;
}

/** A GPU device whose behavior may be changed. */
export interface TestDevice {
  destroy(): void;
  /** Makes the device report an error outside of any call of the backend. */
  reportError(): void;
}

let gpu: GPU | null = null;

/** Opens a device of this machine, and changes its behavior. */
export async function wrappedDevice(changes: DeviceChanges = {}): Promise<TestDevice> {
  const { create } = await import('webgpu');
  gpu ??= create(['disable-dawn-features=timestamp_quantization']);
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error('No WebGPU adapter is available.');
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({
    requiredFeatures: ['timestamp-query', ...(changes.has ?? [])],
    requiredLimits: {
      maxBufferSize,
      maxStorageBufferBindingSize,
      maxStorageBuffersPerShaderStage: changes.limits?.maxStorageBuffersPerShaderStage ?? 8,
    },
  });
  return wrapped(device, changes);
}

/** Usage that no buffer can have, which makes the device return an invalid buffer. */
const INVALID_USAGE = 0x1 | 0x2;

/** Usage flag of buffers that shaders may bind as storage. */
const STORAGE = 0x80;

/** Usage flag of buffers that receive timestamps. */
const QUERY_RESOLVE = 0x200;

/** Replaces properties of the device's own object, because functions of the device accept only such objects. */
function wrapped(device: GPUDevice, changes: DeviceChanges): GPUDevice & TestDevice {
  const { lacks = [], limits = {}, timestampStep, isTooMuch, shader, hangs, submits } = changes;
  if (lacks.length > 0)
    replace(device, 'features', new Set([...device.features].filter((name) => !lacks.includes(name))));
  const { minUniformBufferOffsetAlignment, minStorageBufferOffsetAlignment } = device.limits;
  const alignments = { minUniformBufferOffsetAlignment, minStorageBufferOffsetAlignment };
  const { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } = device.limits;
  const sizes = { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage };
  replace(device, 'limits', { ...alignments, ...sizes, ...limits });
  if (shader !== undefined) {
    const createModule = device.createShaderModule.bind(device);
    replace(device, 'createShaderModule', (given: GPUShaderModuleDescriptor) =>
      createModule({ ...given, code: shader(given.code) }),
    );
  }
  const { maxStorageBufferBindingSize: largest = Number.POSITIVE_INFINITY } = limits;
  const createBindGroup = device.createBindGroup.bind(device);
  replace(device, 'createBindGroup', (given: GPUBindGroupDescriptor): GPUBindGroup => {
    for (const { resource } of given.entries) checkBinding(resource, largest);
    return createBindGroup(given);
  });
  const times = new Set<GPUBuffer>();
  const createBuffer = device.createBuffer.bind(device);
  let isOutOfMemory = false;
  replace(device, 'createBuffer', (given: GPUBufferDescriptor): GPUBuffer => {
    if (isTooMuch?.(given.size) === true) {
      isOutOfMemory = true;
      device.pushErrorScope('validation');
      const invalid = createBuffer({ ...given, usage: INVALID_USAGE });
      void popErrorScope();
      return invalid;
    }
    const buffer = createBuffer(given);
    const [mapAsync, getMappedRange] = [buffer.mapAsync.bind(buffer), buffer.getMappedRange.bind(buffer)];
    replace(buffer, 'mapAsync', (...args: Parameters<GPUBuffer['mapAsync']>) =>
      hangs?.() ? new Promise(() => {}) : mapAsync(...args),
    );
    replace(buffer, 'getMappedRange', (...args: Parameters<GPUBuffer['getMappedRange']>) => {
      const range = getMappedRange(...args);
      return timestampStep !== undefined && times.has(buffer) ? rounded(range, timestampStep) : range;
    });
    if ((given.usage & QUERY_RESOLVE) !== 0) times.add(buffer);
    return buffer;
  });
  const popErrorScope = device.popErrorScope.bind(device);
  replace(device, 'popErrorScope', async () => {
    const fails = isOutOfMemory;
    isOutOfMemory = false;
    const error = await popErrorScope();
    return fails ? { message: 'Not enough memory left.' } : error;
  });
  const createEncoder = device.createCommandEncoder.bind(device);
  replace(device, 'createCommandEncoder', (): GPUCommandEncoder => {
    const encoder = createEncoder();
    const copy = encoder.copyBufferToBuffer.bind(encoder);
    replace(
      encoder,
      'copyBufferToBuffer',
      (from: GPUBuffer, start: number, to: GPUBuffer, at: number, size: number) => {
        if (times.has(from)) times.add(to);
        else times.delete(to);
        copy(from, start, to, at, size);
      },
    );
    return encoder;
  });
  const done = device.queue.onSubmittedWorkDone.bind(device.queue);
  replace(device.queue, 'onSubmittedWorkDone', () => (hangs?.() ? new Promise(() => {}) : done()));
  const submit = device.queue.submit.bind(device.queue);
  replace(device.queue, 'submit', (commands: GPUCommandBuffer[]) => {
    submits?.();
    submit(commands);
  });
  const reportError = (): void => {
    createBuffer({ size: 4, usage: INVALID_USAGE });
  };
  return Object.assign(device, { reportError });
}

/** The device itself only checks its own limit. */
function checkBinding(resource: GPUBindingResource, largest: number): void {
  if (!('buffer' in resource) || (resource.buffer.usage & STORAGE) === 0) return;
  const { buffer, offset = 0, size = buffer.size - offset } = resource;
  if (size > largest) throw new Error(`A binding has ${size} bytes, but the limit is ${largest}.`);
}

function replace<T extends object>(object: T, name: keyof T, value: unknown): void {
  Object.defineProperty(object, name, { value, configurable: true });
}

/** Returns timestamps rounded down to multiples of `step`. */
function rounded(range: ArrayBuffer, step: number): ArrayBuffer {
  const unit = BigInt(step);
  return BigUint64Array.from(new BigUint64Array(range), (time) => (time / unit) * unit).buffer;
}
