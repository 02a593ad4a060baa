import { type Buffer, formatType } from '@manabi/ir';
import { buffersHeld, bytesHeld, bytesOf } from './lazy/storage.ts';

/** Memory of all tensors of one type. */
export interface HeldTensors {
  /** Type of the tensors: `float32[784, 128]`. */
  readonly type: string;
  readonly count: number;
  /** Bytes of all tensors of this type. */
  readonly bytes: number;
}

/** Memory of tensors on backends. */
export interface MemoryReport {
  readonly bytes: number;
  readonly buffers: number;
  /** Memory by type, largest first. */
  readonly tensors: readonly HeldTensors[];
  /** For each backend in use: bytes in buffers, and bytes reserved from the system. */
  readonly backends: readonly { readonly name: string; readonly held: number; readonly reserved: number }[];
}

/**
 * Returns the memory that tensors hold on backends. Tensors hold memory once they are uploaded, read, realized or
 * returned by a jitted function. The garbage collector frees unreachable tensors with some delay.
 *
 * @example
 * ```ts
 * const x = await realize(ones([2, 3]));
 * memory().tensors.some(({ type }) => type === 'float32[2, 3]'); // => true
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
