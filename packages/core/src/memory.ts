import { type Buffer, formatType } from '@manabi/ir';
import { buffersHeld, bytesHeld, bytesOf } from './lazy/storage.ts';

/** The tensors of one type that are held. */
export interface HeldTensors {
  /** Their type: `float32[784, 128]`. */
  readonly type: string;
  readonly count: number;
  /** Of all of them. */
  readonly bytes: number;
}

/** What tensors hold on backends. */
export interface MemoryReport {
  readonly bytes: number;
  readonly buffers: number;
  /** By type, the largest first. */
  readonly tensors: readonly HeldTensors[];
  /** Of each backend that holds something: bytes that someone holds, and bytes taken from the system. */
  readonly backends: readonly { readonly name: string; readonly held: number; readonly reserved: number }[];
}

/**
 * What is held on backends by tensors: those that were uploaded, read, realised or returned by a jitted function and are
 * not forgotten. Tensors that are forgotten are released some time after.
 *
 * @example `console.table(memory().tensors)`
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
