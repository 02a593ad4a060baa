import { type PooledBuffer, pending } from '../device/buffer-pool.ts';
import { mapRead } from '../device/flags.ts';
import type { Commands } from './commands.ts';
import type { Gpu } from './gpu.ts';
import { type Span, spanOf } from './span.ts';

/** A copy of bytes on the GPU that the host has requested. */
export interface Request {
  readonly bytes: number;
  readonly staging: PooledBuffer;
}

/** Prepares a request to read bytes. Its staging buffer may have to be allocated; see `pending`. */
export function request({ pool }: Gpu, bytes: number): Request {
  const size = Math.ceil(bytes / 4) * 4;
  return { bytes: size, staging: pool.take(size, 'staging') };
}

/**
 * Submits the recorded commands, waits for the GPU, and returns a copy of the first `bytes` bytes of a span.
 *
 * @throws the error of the device if it is lost; ManabiError `backend` if the GPU hangs
 */
export async function fulfill(
  { pool, watch }: Gpu,
  commands: Commands,
  from: Span,
  { bytes, staging }: Request,
  op: string,
): Promise<ArrayBuffer> {
  commands.copy(from, spanOf(staging, bytes), bytes);
  commands.submit();
  if (bytes === 0) {
    pool.give(staging);
    return new ArrayBuffer(0);
  }
  try {
    await watch.wait(staging.gpu.mapAsync(mapRead, 0, bytes), op);
  } catch (error) {
    // The buffer may still be waiting to be mapped.
    pool.drop(staging);
    throw error;
  }
  const stored = staging.gpu.getMappedRange(0, bytes).slice(0);
  staging.gpu.unmap();
  pool.give(staging);
  return stored;
}

/**
 * Requests bytes and waits for them; see `fulfill`.
 *
 * @throws ManabiError `memory` if the GPU cannot allocate the staging buffer
 */
export async function readBack(
  gpu: Gpu,
  commands: Commands,
  from: Span,
  bytes: number,
  op: string,
): Promise<ArrayBuffer> {
  const requested = request(gpu, bytes);
  const allocation = pending([requested.staging]);
  if (allocation !== null) await allocation;
  return await fulfill(gpu, commands, from, requested, op);
}
