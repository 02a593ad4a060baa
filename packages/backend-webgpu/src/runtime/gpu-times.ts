import type { Commands } from './commands.ts';
import type { Gpu } from './gpu.ts';
import { readBack } from './read-back.ts';
import { spanOf } from './span.ts';

/** Number of measured passes per query set; WebGPU allows at most 4,096 times in a set. */
const PASSES_PER_SET = 2048;

/** Times at which passes begin and end, written by the GPU. */
export class GpuTimes {
  readonly #gpu: Gpu;
  readonly #sets: GPUQuerySet[] = [];
  #passes = 0;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** Returns where the GPU writes the times of the next pass. */
  next(): GPUComputePassTimestampWrites {
    const pass = this.#passes++;
    const set = Math.floor(pass / PASSES_PER_SET);
    this.#sets[set] ??= this.#gpu.device.createQuerySet({ type: 'timestamp', count: 2 * PASSES_PER_SET });
    const first = 2 * (pass % PASSES_PER_SET);
    return { querySet: this.#sets[set], beginningOfPassWriteIndex: first, endOfPassWriteIndex: first + 1 };
  }

  /** Forgets the passes since the last read. */
  discard(): void {
    this.#passes = 0;
  }

  /** Submits the recorded commands, and returns when each pass began and ended, in nanoseconds. */
  async read(commands: Commands): Promise<readonly (readonly [begin: bigint, end: bigint])[]> {
    const { pool } = this.#gpu;
    const times: (readonly [bigint, bigint])[] = [];
    for (let first = 0; first < this.#passes; first += PASSES_PER_SET) {
      const count = 2 * Math.min(PASSES_PER_SET, this.#passes - first);
      const buffer = pool.take(8 * count, 'times');
      try {
        commands.resolve(this.#sets[first / PASSES_PER_SET], count, buffer);
        const words = new BigUint64Array(
          await readBack(this.#gpu, commands, spanOf(buffer, 8 * count), 8 * count, 'run'),
        );
        for (let i = 0; i < count; i += 2) times.push([words[i], words[i + 1]]);
      } finally {
        pool.give(buffer);
      }
    }
    this.#passes = 0;
    return times;
  }
}
