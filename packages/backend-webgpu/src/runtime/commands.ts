import type { PooledBuffer } from '../device/buffer-pool.ts';
import type { Bound } from './bound.ts';
import type { Gpu } from './gpu.ts';
import type { Span } from './span.ts';

/** Position in a buffer of the workgroup counts of an indirect dispatch; a shader computes these counts. */
export interface IndirectCounts {
  readonly buffer: PooledBuffer;
  readonly offset: number;
}

/** Largest number of bind groups cached per pipeline. Drivers use several kilobytes for each. */
const MOST_GROUPS = 512;

/**
 * Largest number of dispatches and copies in a submission; only loops have more. Drivers keep all commands of a submission
 * in memory (Mesa's lavapipe crashes if these are hundreds of thousands), and some reset a GPU that needs seconds for one.
 */
const MOST_PER_SUBMISSION = 1024;

/** Size of a uniform buffer in bytes. */
const UNIFORM_BYTES = 65_536;

/** Largest number of workgroups per dimension of a dispatch that every device supports. */
const MOST_GROUPS_PER_DIMENSION = 65_535;

/**
 * Returns the number of bytes that `count` 32-bit numbers take in a uniform buffer: a multiple of 16, the size of a
 * vec4.
 */
const startBytes = (count: number): number => 16 * Math.ceil(count / 4);

/**
 * Records dispatches of shaders and copies between buffers, and submits them to the GPU together. The numbers passed to
 * the shaders are collected and written to uniform buffers just before the commands are submitted.
 */
export class Commands {
  readonly #gpu: Gpu;
  #encoder: GPUCommandEncoder | null = null;
  #pass: GPUComputePassEncoder | null = null;
  /** Number of dispatches and copies since the last submission. */
  #recorded = 0;
  #uniforms: { readonly buffer: PooledBuffer; readonly words: Int32Array; used: number }[] = [];
  readonly #taken: PooledBuffer[] = [];
  #spent: PooledBuffer[] = [];

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** Buffers that were taken from the pool for numbers so far; the GPU may not have allocated them yet. */
  get taken(): readonly PooledBuffer[] {
    return this.#taken;
  }

  /**
   * Records a dispatch of a shader.
   *
   * @param spans memory for each storage binding of the shader, in the order of the bindings
   * @param starts numbers for the shader's uniform binding; empty if the shader has no uniform binding
   * @param workgroups number of workgroups, or the position of a count that the GPU computes
   * @param times where the GPU writes the times at which the dispatch begins and ends, if it is measured
   * @param repeats number of times that the shader runs
   */
  dispatch(
    { pipeline: { pipeline, layout }, groups }: Bound,
    spans: readonly Span[],
    starts: readonly number[],
    workgroups: number | IndirectCounts,
    times: GPUComputePassTimestampWrites | null = null,
    repeats = 1,
  ): void {
    this.#count(repeats);
    if (times !== null) this.#openEncoder();
    const pass = this.#openPass(times);
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
      group = this.#gpu.device.createBindGroup({ layout, entries });
      const [oldest] = groups.keys();
      if (groups.size >= MOST_GROUPS) groups.delete(oldest);
      groups.set(key, group);
    }
    pass.setBindGroup(0, group, uniform === null ? [] : [uniform.offset]);
    for (let i = 0; i < repeats; i++) {
      if (typeof workgroups === 'number') pass.dispatchWorkgroups(...foldedGroups(workgroups));
      else pass.dispatchWorkgroupsIndirect(workgroups.buffer.gpu, workgroups.offset);
    }
    if (times !== null) this.#openEncoder();
  }

  /** Records a copy of `bytes` bytes, a multiple of 4, from one buffer to another. */
  copy(from: Span, to: Span, bytes: number): void {
    if (bytes === 0) return;
    this.#count(1);
    const encoder = this.#openEncoder();
    const [source, target] = [from.offset + 4 * from.start, to.offset + 4 * to.start];
    encoder.copyBufferToBuffer(from.buffer.gpu, source, to.buffer.gpu, target, bytes);
  }

  /** Records a fill of a buffer with zeros. */
  clear(buffer: PooledBuffer): void {
    this.#openEncoder().clearBuffer(buffer.gpu);
  }

  /** Records a copy of times that the GPU wrote into a buffer. */
  resolve(times: GPUQuerySet, count: number, to: PooledBuffer): void {
    this.#openEncoder().resolveQuerySet(times, 0, count, to.gpu, 0);
  }

  /** Gives a buffer that recorded commands use back to the pool once they are submitted, so that no upload precedes them. */
  giveBack(buffer: PooledBuffer): void {
    this.#spent.push(buffer);
  }

  /** Submits the recorded commands. Further commands can be recorded afterwards. */
  submit(): void {
    const encoder = this.#openEncoder();
    const { device, pool, watch } = this.#gpu;
    for (const { buffer, words, used } of this.#uniforms) {
      device.queue.writeBuffer(buffer.gpu, 0, words.buffer, 0, used);
    }
    device.queue.submit([encoder.finish()]);
    watch.submitted();
    for (const { buffer } of this.#uniforms) pool.give(buffer);
    for (const buffer of this.#spent) pool.give(buffer);
    this.#uniforms = [];
    this.#spent = [];
    this.#encoder = null;
    this.#recorded = 0;
  }

  /** Counts commands that are recorded next. If there were too many, submits the earlier ones first. */
  #count(commands: number): void {
    if (this.#recorded + commands > MOST_PER_SUBMISSION && this.#recorded > 0) this.submit();
    this.#recorded += commands;
  }

  #openPass(times: GPUComputePassTimestampWrites | null): GPUComputePassEncoder {
    this.#pass ??= this.#openEncoder().beginComputePass(times === null ? undefined : { timestampWrites: times });
    return this.#pass;
  }

  /** Returns the command encoder. Ends its open compute pass first, because copies cannot be recorded within a pass. */
  #openEncoder(): GPUCommandEncoder {
    this.#pass?.end();
    this.#pass = null;
    this.#encoder ??= this.#gpu.device.createCommandEncoder();
    return this.#encoder;
  }

  #writeUniform(numbers: readonly number[]): { readonly buffer: PooledBuffer; readonly offset: number } {
    const bytes = startBytes(numbers.length);
    let chunk = this.#uniforms.at(-1);
    if (chunk === undefined || chunk.used + bytes > UNIFORM_BYTES) {
      const buffer = this.#gpu.pool.take(UNIFORM_BYTES, 'uniform');
      this.#taken.push(buffer);
      chunk = { buffer, words: new Int32Array(UNIFORM_BYTES / 4), used: 0 };
      this.#uniforms.push(chunk);
    }
    const offset = chunk.used;
    chunk.words.set(numbers, offset / 4);
    const alignment = this.#gpu.device.limits.minUniformBufferOffsetAlignment;
    chunk.used = Math.min(UNIFORM_BYTES, Math.ceil((offset + bytes) / alignment) * alignment);
    return { buffer: chunk.buffer, offset };
  }
}

/**
 * Returns the two dimensions of a dispatch that has at least `groups` workgroups, because WebGPU limits the size of
 * each dimension. The product of the dimensions may exceed `groups`.
 */
export function foldedGroups(groups: number): [x: number, y: number] {
  const x = Math.min(groups, MOST_GROUPS_PER_DIMENSION);
  return [x, Math.ceil(groups / x)];
}
