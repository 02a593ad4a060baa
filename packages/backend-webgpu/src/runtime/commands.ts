import type { BufferPool, PooledBuffer } from '../device/buffer-pool.ts';
import type { Pipeline } from '../device/pipelines.ts';
import type { Span } from './span.ts';

/** A pipeline with the bind groups that it was used with. */
export interface Bound {
  readonly pipeline: Pipeline;
  /** By the buffers that they bind. */
  readonly groups: Map<string, GPUBindGroup>;
}

/** Where the counts of workgroups lie that the device itself has decided on. */
export interface IndirectCounts {
  readonly buffer: PooledBuffer;
  readonly offset: number;
}

/** Bind groups that a pipeline keeps. */
const MOST_GROUPS = 4096;

/** Bytes of one uniform buffer. */
const UNIFORM_BYTES = 65_536;

/** A limit of every device. */
const MOST_GROUPS_PER_DIMENSION = 65_535;

/** Starts of the slots of a dispatch, rounded up to whole vectors. */
const startBytes = (count: number): number => 16 * Math.ceil(count / 4);

/**
 * Records dispatches and copies into one command encoder, and submits them at once. Numbers that shaders are given lie in
 * uniform buffers, which are written before the submit.
 */
export class Commands {
  readonly #device: GPUDevice;
  readonly #pool: BufferPool;
  #encoder: GPUCommandEncoder;
  #pass: GPUComputePassEncoder | null = null;
  #uniforms: { readonly buffer: PooledBuffer; readonly words: Int32Array; used: number }[] = [];

  constructor(device: GPUDevice, pool: BufferPool) {
    this.#device = device;
    this.#pool = pool;
    this.#encoder = device.createCommandEncoder();
  }

  /**
   * Runs a shader.
   *
   * @param spans what its storage bindings are, in order
   * @param starts the numbers in its uniform binding; empty if it has none
   */
  dispatch(
    { pipeline: { pipeline, layout }, groups }: Bound,
    spans: readonly Span[],
    starts: readonly number[],
    workgroups: number | IndirectCounts,
  ): void {
    const pass = this.#openPass();
    pass.setPipeline(pipeline);
    const uniform = starts.length === 0 ? null : this.#writeUniform(starts);
    let key = uniform === null ? '' : `${uniform.buffer.id}`;
    for (const { buffer, offset, bytes } of spans) key += ` ${buffer.id}:${offset}:${bytes}`;
    let group = groups.get(key);
    if (group === undefined) {
      const entries: GPUBindGroupEntry[] = spans.map(({ buffer, offset, bytes }, binding) => ({
        binding,
        resource: { buffer: buffer.gpu, offset, size: bytes },
      }));
      if (uniform !== null) {
        const resource = { buffer: uniform.buffer.gpu, offset: 0, size: startBytes(starts.length) };
        entries.push({ binding: spans.length, resource });
      }
      group = this.#device.createBindGroup({ layout, entries });
      if (groups.size >= MOST_GROUPS) groups.clear();
      groups.set(key, group);
    }
    pass.setBindGroup(0, group, uniform === null ? [] : [uniform.offset]);
    if (typeof workgroups === 'number') pass.dispatchWorkgroups(...foldedGroups(workgroups));
    else pass.dispatchWorkgroupsIndirect(workgroups.buffer.gpu, workgroups.offset);
  }

  /** Copies whole words between different buffers. */
  copy(from: Span, to: Span, bytes: number): void {
    if (bytes === 0) return;
    this.#endPass();
    const [source, target] = [from.offset + 4 * from.start, to.offset + 4 * to.start];
    this.#encoder.copyBufferToBuffer(from.buffer.gpu, source, to.buffer.gpu, target, bytes);
  }

  /** Fills a buffer with zeros. */
  clear(buffer: PooledBuffer): void {
    this.#endPass();
    this.#encoder.clearBuffer(buffer.gpu);
  }

  /** Submits what was recorded; recording can go on. */
  submit(): void {
    this.#endPass();
    for (const { buffer, words, used } of this.#uniforms) {
      this.#device.queue.writeBuffer(buffer.gpu, 0, words.buffer, 0, used);
    }
    this.#device.queue.submit([this.#encoder.finish()]);
    for (const { buffer } of this.#uniforms) this.#pool.give(buffer);
    this.#uniforms = [];
    this.#encoder = this.#device.createCommandEncoder();
  }

  #openPass(): GPUComputePassEncoder {
    this.#pass ??= this.#encoder.beginComputePass();
    return this.#pass;
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = null;
  }

  #writeUniform(numbers: readonly number[]): { readonly buffer: PooledBuffer; readonly offset: number } {
    const bytes = startBytes(numbers.length);
    let chunk = this.#uniforms.at(-1);
    if (chunk === undefined || chunk.used + bytes > UNIFORM_BYTES) {
      const buffer = this.#pool.take(UNIFORM_BYTES, 'uniform');
      chunk = { buffer, words: new Int32Array(UNIFORM_BYTES / 4), used: 0 };
      this.#uniforms.push(chunk);
    }
    const offset = chunk.used;
    chunk.words.set(numbers, offset / 4);
    const alignment = this.#device.limits.minUniformBufferOffsetAlignment;
    chunk.used = Math.min(UNIFORM_BYTES, Math.ceil((offset + bytes) / alignment) * alignment);
    return { buffer: chunk.buffer, offset };
  }
}

/** Folds a number of workgroups into two dimensions. */
export function foldedGroups(groups: number): [x: number, y: number] {
  const x = Math.min(groups, MOST_GROUPS_PER_DIMENSION);
  return [x, Math.ceil(groups / x)];
}
