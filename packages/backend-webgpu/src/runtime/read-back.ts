import { mapRead } from '../device/flags.ts';
import type { Commands } from './commands.ts';
import type { Gpu } from './gpu.ts';
import { type Span, spanOf } from './span.ts';

/**
 * Submits the recorded commands, waits for the GPU, and returns a copy of the first `bytes` bytes of a span.
 *
 * @throws the error of the device if it is lost
 */
export async function readBack({ pool }: Gpu, commands: Commands, from: Span, bytes: number): Promise<ArrayBuffer> {
  const size = Math.ceil(bytes / 4) * 4;
  const staging = pool.take(size, 'staging');
  try {
    commands.copy(from, spanOf(staging, size), size);
    commands.submit();
    if (size === 0) return new ArrayBuffer(0);
    await staging.gpu.mapAsync(mapRead, 0, size);
    const stored = staging.gpu.getMappedRange(0, size).slice(0);
    staging.gpu.unmap();
    return stored;
  } finally {
    pool.give(staging);
  }
}
