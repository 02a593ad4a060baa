import type { Commands } from './commands.ts';
import type { MeasuringTools } from './measuring-tools.ts';

/** Number of measured passes per query set; WebGPU allows at most 4,096 times in a set. */
const PASSES_PER_SET = 2048;

/** Times at which passes begin and end, written by the GPU. */
export class GpuTimes {
  readonly #tools: MeasuringTools;
  readonly #sets: GPUQuerySet[] = [];
  #passes = 0;

  constructor(tools: MeasuringTools) {
    this.#tools = tools;
  }

  /** Returns where the GPU writes the times of the next pass. */
  next(): GPUComputePassTimestampWrites {
    const pass = this.#passes++;
    const set = Math.floor(pass / PASSES_PER_SET);
    this.#sets[set] ??= this.#tools.gpu.device.createQuerySet({ type: 'timestamp', count: 2 * PASSES_PER_SET });
    const first = 2 * (pass % PASSES_PER_SET);
    return { querySet: this.#sets[set], beginningOfPassWriteIndex: first, endOfPassWriteIndex: first + 1 };
  }

  /** Forgets the passes since the last read. */
  discard(): void {
    this.#passes = 0;
  }

  /** Submits the recorded commands, and returns when each pass began and ended, in nanoseconds. */
  async read(commands: Commands): Promise<readonly (readonly [begin: bigint, end: bigint])[]> {
    const { gpu, readBack, spanOf } = this.#tools;
    const { pool } = gpu;
    const times: (readonly [bigint, bigint])[] = [];
    for (let first = 0; first < this.#passes; first += PASSES_PER_SET) {
      const count = 2 * Math.min(PASSES_PER_SET, this.#passes - first);
      const buffer = pool.take(8 * count, 'times');
      try {
        commands.resolve(this.#sets[first / PASSES_PER_SET], count, buffer);
        const words = new BigUint64Array(await readBack(gpu, commands, spanOf(buffer, 8 * count), 8 * count, 'run'));
        for (let i = 0; i < count; i += 2) times.push([words[i], words[i + 1]]);
      } finally {
        pool.give(buffer);
      }
    }
    this.#passes = 0;
    return times;
  }
}
