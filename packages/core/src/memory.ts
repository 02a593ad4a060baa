import { type Buffer, formatType } from '@manabi/ir';
import { buffersHeld, bytesHeld, bytesOf } from './lazy/storage.ts';

/** Memory that all tensors of one type (dtype and shape) occupy. */
export interface HeldTensors {
  /** Type of the tensors: `float32[784, 128]`. */
  readonly type: string;
  readonly count: number;
  /** Number of bytes of all tensors of this type together. */
  readonly bytes: number;
}

/** Memory that tensors occupy on backends, as returned by `memory`. */
export interface MemoryReport {
  readonly bytes: number;
  readonly buffers: number;
  /** Memory by type of tensor, the type with the most bytes first. */
  readonly tensors: readonly HeldTensors[];
  /**
   * For each backend with tensors: the bytes in its buffers (`held`), and the bytes that it has reserved from the
   * system (`reserved`).
   */
  readonly backends: readonly { readonly name: string; readonly held: number; readonly reserved: number }[];
}

/**
 * Returns how much memory tensors occupy on backends. A tensor occupies memory there once it is uploaded, read,
 * realized or returned by a jitted function. The garbage collector frees unreachable tensors with some delay.
 *
 * @example
 * ```ts
 * import { memory, ones, realize } from 'manabi';
 *
 * const x = await realize(ones([2, 3]));
 * console.log(memory().tensors.some(({ type }) => type === 'float32[2, 3]')); // true
 * x.dispose();
 * ```
 */
export function memory(): MemoryReport {
  const byType = new Map<string, { type: string; count: number; bytes: number }>();
  const backends = new Set<Buffer['backend']>();
  let buffers = 0;
  for (const { type, backend } of buffersHeld()) {
    const name = formatType(type);
    const entry = byType.get(name) ?? { type: name, count: 0, bytes: 0 };
    entry.count++;
    entry.bytes += bytesOf(type);
    byType.set(name, entry);
    backends.add(backend);
    buffers++;
  }
  return {
    bytes: bytesHeld(),
    buffers,
    tensors: [...byType.values()].sort((a, b) => b.bytes - a.bytes),
    backends: [...backends].map((backend) => {
      const { held, reserved } = backend.memory();
      return { name: backend.name, held, reserved };
    }),
  };
}
