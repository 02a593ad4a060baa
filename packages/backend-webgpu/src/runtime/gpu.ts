import type { TensorType } from '@manabi/ir';
import { BufferPool, type PooledBuffer } from '../device/buffer-pool.ts';
import { Pipelines } from '../device/pipelines.ts';
import type { Tuning } from '../device/tuning.ts';
import type { BindingLimits } from '../shaders/windows/divide.ts';
import { halfBytesOf } from '../wgsl/types.ts';
import { DeviceErrors } from './device-errors.ts';
import { QueueWatch } from './queue-watch.ts';

/** A GPU device, and the buffers and pipelines that all plans on the device share. */
export interface Gpu {
  readonly device: GPUDevice;
  readonly pool: BufferPool;
  readonly pipelines: Pipelines;
  readonly watch: QueueWatch;
  readonly errors: DeviceErrors;
  readonly tuning: Tuning;
  /** Number of bytes of a stored float16: 2 with the feature shader-f16, otherwise 4. */
  readonly halfBytes: number;
  readonly limits: BindingLimits;
  /** Whether shaders use subgroups. */
  readonly subgroups: boolean;
}

/**
 * Returns a device with an empty pool.
 *
 * @param timeout longest time in milliseconds without progress of the queue
 * @param subgroups whether shaders use subgroups
 */
export function gpuOf(device: GPUDevice, tuning: Tuning, timeout: number, subgroups = false): Gpu {
  return {
    device,
    pool: new BufferPool(device),
    pipelines: new Pipelines(device),
    watch: new QueueWatch(device.queue, timeout),
    errors: new DeviceErrors(),
    tuning,
    subgroups,
    halfBytes: halfBytesOf(device.features),
    limits: {
      largest: device.limits.maxStorageBufferBindingSize,
      alignment: device.limits.minStorageBufferOffsetAlignment,
      mostBindings: device.limits.maxStorageBuffersPerShaderStage,
    },
  };
}

/**
 * Takes a buffer from the pool, writes 32-bit words into it, and returns it.
 *
 * @param type type of the tensor that the buffer is for, for error messages
 */
export function bufferOf({ pool }: Gpu, words: Uint32Array<ArrayBuffer>, type?: TensorType): PooledBuffer {
  const buffer = pool.take(words.byteLength, 'storage', type);
  pool.write(buffer, words);
  return buffer;
}
