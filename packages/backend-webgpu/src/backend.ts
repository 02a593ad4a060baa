import { compilePlan, type PlanTarget, printPlan, stepCosts, storableDTypes } from '@manabi/compiler';
import { anything, type KindsOf, listOf, ManabiError, optional, readOptions } from '@manabi/errors';
import {
  type Backend,
  type BackendLoss,
  type BackendMemory,
  type Buffer,
  BufferLedger,
  BufferRun,
  type CompileOptions,
  checkNotLost,
  type DType,
  type Executable,
  type Graph,
  type HostArray,
  lostError,
  type RunSignature,
  type TensorType,
} from '@manabi/ir';
import { BufferPool, type PooledBuffer } from './device/buffer-pool.ts';
import type { DeviceOptions } from './device/device-options.ts';
import { deviceKinds, openDevice } from './device/open-device.ts';
import { Pipelines } from './device/pipelines.ts';
import { tuningOf } from './device/tuning.ts';
import { type Bound, Commands } from './runtime/commands.ts';
import { elementsOf, packedWordsOf, storedBytesOf, wordsOf } from './runtime/elements.ts';
import { boundService, bufferOf, type Gpu } from './runtime/gpu.ts';
import { type GpuMemory, packedBytes, wordBytes } from './runtime/gpu-memory.ts';
import { RecordLayout } from './runtime/index-record.ts';
import { awaitChecks, LateCheck } from './runtime/late-check.ts';
import { type LoadContext, type LoadedPlan, loadPlan } from './runtime/loaded-plan.ts';
import { readBack } from './runtime/read-back.ts';
import { recordPlan } from './runtime/record-plan.ts';
import { type Span, spanOf } from './runtime/span.ts';
import type { WebGpuRoutineName } from './shaders/routine-shaders.ts';
import { packShader, serviceThreads } from './shaders/service-shaders.ts';
import { webGpuTarget } from './target.ts';

/** Options of `createWebGpuBackend`. */
export interface WebGpuBackendOptions extends DeviceOptions {
  /** Routines (hand-written shaders) to use; generated loops compute everything else. Default: all. */
  readonly routines?: readonly WebGpuRoutineName[];
}

// Names of routines are looked up in their table, which suggests the nearest one.
const kinds = {
  ...deviceKinds,
  routines: optional(listOf(anything<WebGpuRoutineName>())),
} satisfies KindsOf<WebGpuBackendOptions>;

/** Backend for GPUs that compiles each step of a plan to a compute shader. */
class WebGpuBackend implements Backend {
  readonly name = 'webgpu';
  readonly dtypes: readonly DType[];
  readonly #gpu: Gpu;
  readonly #ledger: BufferLedger<GpuMemory>;
  readonly #target: PlanTarget;
  readonly #pack: Bound;
  /** Errors that the device reported outside of any call. The next `read` throws the oldest one. */
  readonly #failures: ManabiError[];
  #loss: BackendLoss | null = null;

  constructor(gpu: Gpu, pack: Bound, target: PlanTarget, failures: ManabiError[]) {
    this.#gpu = gpu;
    this.#pack = pack;
    this.#target = target;
    this.#failures = failures;
    this.dtypes = storableDTypes(target);
    const { device, pool } = gpu;
    this.#ledger = new BufferLedger<GpuMemory>(this, {
      allocate: (type) => ({ buffer: pool.take(wordBytes(type)), isPacked: false, checks: [] }),
      free: ({ buffer }) => pool.give(buffer),
      bytesOf: wordBytes,
    });
    device.lost.then(({ reason, message }) => {
      this.#loss = { reason: reason === 'destroyed' ? 'destroyed' : 'unknown', message };
    });
    device.addEventListener('uncapturederror', ({ error }) => {
      failures.push(new ManabiError('backend', `WebGPU reported an error: ${error.message}`, { op: 'webgpu' }));
    });
  }

  get loss(): BackendLoss | null {
    return this.#loss;
  }

  upload(array: HostArray): Buffer {
    checkNotLost(this, 'upload');
    const { dtype, shape } = array;
    const isPacked = dtype === 'uint8';
    const buffer = bufferOf(this.#gpu, isPacked ? packedWordsOf(array) : wordsOf(array));
    return this.#ledger.hold({ dtype, shape }, { buffer, isPacked, checks: [] });
  }

  async read(buffer: Buffer): Promise<HostArray> {
    checkNotLost(this, 'read');
    const { buffer: from, isPacked, checks } = this.#ledger.memoryOf(buffer, 'read');
    const bytes = storedBytesOf(buffer.type, isPacked);
    const stored = await this.#readBack(this.#newCommands(), spanOf(from, bytes), bytes, 'read');
    await awaitChecks(checks);
    this.#throwFailure();
    return elementsOf(buffer.type, isPacked, stored);
  }

  release(buffer: Buffer): void {
    this.#ledger.release(buffer);
  }

  firstRows(buffer: Buffer, rows: number): Buffer {
    const memory = this.#ledger.take(buffer, 'firstRows');
    const { dtype, shape } = buffer.type;
    return this.#ledger.hold({ dtype, shape: [rows, ...shape.slice(1)] }, memory);
  }

  async compile(graph: Graph, { donated }: CompileOptions): Promise<Executable> {
    checkNotLost(this, 'compile');
    const plan = compilePlan(graph, { target: this.#target, donated });
    const records = new RecordLayout(this.#gpu.device.limits.minStorageBufferOffsetAlignment);
    const context: LoadContext = { gpu: this.#gpu, records, held: [] };
    const giveBack = (): void => {
      for (const buffer of context.held.splice(0)) this.#gpu.pool.give(buffer);
    };
    const loaded = await loadPlan(context, plan).catch((error: unknown) => {
      giveBack();
      throw error;
    });
    const reuses: (number | null)[] = plan.outputs.map(() => null);
    for (const { place } of plan.slots) if (place.kind === 'output') reuses[place.output] = place.reuses;
    const signature: RunSignature = { inputs: plan.inputs, outputs: plan.outputs, reuses, donated };
    return {
      run: (inputs) => {
        checkNotLost(this, 'run');
        return this.#run(loaded, records, signature, inputs);
      },
      describe: () => printPlan(plan),
      steps: () => stepCosts(plan, this.#target).map((cost) => ({ ...cost, milliseconds: null })),
      dispose: giveBack,
    };
  }

  memory(): BackendMemory {
    const { held, buffers } = this.#ledger;
    return { held, reserved: this.#gpu.pool.reserved, buffers };
  }

  #run(
    loaded: LoadedPlan,
    records: RecordLayout,
    signature: RunSignature,
    given: readonly Buffer[],
  ): readonly Buffer[] | Promise<readonly Buffer[]> {
    const { pool } = this.#gpu;
    const run = new BufferRun(this.#ledger, signature, given);
    const commands = this.#newCommands();
    const record = records.bytes === 0 ? null : pool.take(records.bytes);
    const arenas = loaded.plan.arenas.map((bytes) => spanOf(pool.take(bytes), bytes));
    const packed: Span[] = [];
    const giveBack = (): void => {
      for (const { buffer } of [...arenas, ...packed]) pool.give(buffer);
      if (record !== null) pool.give(record);
    };
    const succeed = (): readonly Buffer[] => {
      const check = record === null ? [] : [this.#checkOf(commands, records, record)];
      if (record === null) commands.submit();
      giveBack();
      const checks = [...new Set([...run.inputs.flatMap((input) => input.checks), ...check])];
      const pending = checks.filter(({ hasPassed }) => !hasPassed);
      for (const output of run.outputs) output.checks = pending;
      return run.succeed();
    };
    const fail = (error: unknown): never => {
      giveBack();
      run.fail(error);
      throw this.#loss === null ? error : lostError(this.name, this.#loss, 'run', error);
    };
    let recorded: void | Promise<void>;
    try {
      if (record !== null) commands.clear(record);
      const inputs = run.inputs.map((memory, i) => this.#inputSpan(commands, signature.inputs[i], memory, packed));
      const outputs = run.outputs.map(({ buffer }, i) => spanOf(buffer, wordBytes(signature.outputs[i])));
      recorded = recordPlan({ gpu: this.#gpu, commands, record }, loaded, { inputs, outputs, arenas }, null);
    } catch (error) {
      return fail(error);
    }
    return recorded === undefined ? succeed() : recorded.then(succeed, fail);
  }

  /** Returns the span of an input. If a run stored each uint8 element in a word, packs the elements first. */
  #inputSpan(commands: Commands, type: TensorType, { buffer, isPacked }: GpuMemory, packed: Span[]): Span {
    if (type.dtype !== 'uint8' || isPacked) return spanOf(buffer, storedBytesOf(type, isPacked));
    const bytes = packedBytes(type);
    const target = spanOf(this.#gpu.pool.take(bytes), bytes);
    packed.push(target);
    const words = bytes / 4;
    if (words > 0) {
      const numbers = [words, wordBytes(type) / 4];
      commands.dispatch(
        this.#pack,
        [spanOf(buffer, wordBytes(type)), target],
        numbers,
        Math.ceil(words / serviceThreads),
      );
    }
    return target;
  }

  /** Submits a run. Returns a check that reads the record of index errors when the GPU has finished. */
  #checkOf(commands: Commands, records: RecordLayout, record: PooledBuffer): LateCheck {
    const { bytes } = records;
    const stored = this.#readBack(commands, spanOf(record, bytes), bytes, 'run');
    return new LateCheck(
      stored.then(
        (words) => records.errorIn(new Uint32Array(words)),
        (error: unknown) => (error instanceof ManabiError ? error : new ManabiError('backend', String(error))),
      ),
    );
  }

  #newCommands(): Commands {
    return new Commands(this.#gpu.device, this.#gpu.pool);
  }

  /** Submits commands and reads bytes back; if the device is lost meanwhile, the error reports the loss. */
  async #readBack(commands: Commands, from: Span, bytes: number, op: string): Promise<ArrayBuffer> {
    try {
      return await readBack(this.#gpu, commands, from, bytes);
    } catch (error) {
      // If the device is lost, `device.lost` may resolve only after this failure.
      await Promise.resolve();
      throw this.#loss === null ? error : lostError(this.name, this.#loss, op, error);
    }
  }

  #throwFailure(): void {
    const failure = this.#failures.shift();
    if (failure !== undefined) throw failure;
  }
}

/**
 * Creates a WebGPU backend. Opens a GPU device unless one is passed; in Node, this requires the package `webgpu`.
 *
 * @throws ManabiError `backend` if WebGPU is unavailable or no device can be opened, `argument` for an invalid option
 * @example
 * ```ts no-run
 * import { registerBackend, setBackend } from '@manabi/core';
 *
 * registerBackend('webgpu', () => createWebGpuBackend({ powerPreference: 'low-power' }));
 * await setBackend('webgpu');
 * ```
 */
export async function createWebGpuBackend(options: WebGpuBackendOptions = {}): Promise<Backend> {
  const { routines, ...deviceOptions } = readOptions('createWebGpuBackend', options, kinds);
  const device = await openDevice(deviceOptions);
  const failures: ManabiError[] = [];
  const pool = new BufferPool(device, (bytes, message) => {
    failures.push(
      new ManabiError('memory', `The GPU cannot allocate ${bytes} bytes: ${message}. Use smaller batches.`, {
        op: 'webgpu',
        data: { bytes },
      }),
    );
  });
  const tuning = deviceOptions.tuning ?? tuningOf(device);
  const gpu: Gpu = { device, pool, pipelines: new Pipelines(device), tuning };
  const target = webGpuTarget(device.limits, tuning);
  return new WebGpuBackend(
    gpu,
    await boundService(gpu, packShader),
    routines === undefined ? target : { ...target, routines },
    failures,
  );
}
