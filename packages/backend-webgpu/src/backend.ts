import { gpuRoutineTable, loadFormulas, type PlanTarget, storableDTypes } from '@manabi/compiler';
import { printPlan, type StepCost, stepCosts } from '@manabi/compiler/report';
import { boolean, type KindsOf, kind, listOf, oneOf, optional, readOptions } from '@manabi/errors';
import {
  type Backend,
  type BackendLoss,
  type BackendMemory,
  type Buffer,
  BufferLedger,
  type CompileOptions,
  checkNotLost,
  type DType,
  type Executable,
  type Graph,
  type HostArray,
  lostError,
  StepClocks,
} from '@manabi/ir';
import { pending } from './device/buffer-pool.ts';
import type { DeviceOptions } from './device/device-options.ts';
import { deviceKinds, openDevice } from './device/open-device.ts';
import { tuningOf } from './device/software.ts';
import { planGraph } from './plan-graph.ts';
import { type Bound, boundService } from './runtime/bound.ts';
import { Commands } from './runtime/commands.ts';
import { elementsOf, packedWordsOf, storedBytesOf, wordsOf } from './runtime/elements.ts';
import { bufferOf, type Gpu, gpuOf } from './runtime/gpu.ts';
import { type GpuMemory, wordBytes } from './runtime/gpu-memory.ts';
import { RecordLayout } from './runtime/index-record.ts';
import { awaitChecks } from './runtime/late-check.ts';
import { type LoadContext, loadPlan } from './runtime/loaded-plan.ts';
import type { LoadedPlan } from './runtime/loaded-steps.ts';
import type { Measuring } from './runtime/measuring.ts';
import { readBack } from './runtime/read-back.ts';
import { type GpuProgram, type RunHost, runPlan } from './runtime/run-plan.ts';
import { spanOf } from './runtime/span.ts';
import { routineNames, type WebGpuRoutineName } from './shaders/routine-names.ts';
import { packShader } from './shaders/service-shaders.ts';
import { hasSubgroups } from './shaders/subgroups.ts';
import { webGpuTarget } from './target.ts';

/** Options of `createWebGpuBackend`. */
export interface WebGpuBackendOptions extends DeviceOptions {
  /** Routines (hand-written shaders) to use; generated loops compute everything else. Default: all. */
  readonly routines?: readonly WebGpuRoutineName[];
  /**
   * Longest time in milliseconds that a read waits without any progress of the GPU, before it fails with an error of code
   * `backend`. Infinity for no limit. Default: 300,000 (five minutes).
   */
  readonly timeout?: number;
  /**
   * Whether to measure the time of each step, for `profile`. Default: false, because each step then runs in a pass of its
   * own, and runs wait for the GPU.
   */
  readonly measures?: boolean;
}

/** Default of the option `timeout`. */
const TIMEOUT = 300_000;

const kinds = {
  ...deviceKinds,
  routines: optional(listOf(oneOf(...routineNames))),
  timeout: optional(kind('a positive number of milliseconds, or Infinity', isTimeout), TIMEOUT),
  measures: optional(boolean, false),
} satisfies KindsOf<WebGpuBackendOptions>;

function isTimeout(given: unknown): given is number {
  return given === Number.POSITIVE_INFINITY || (typeof given === 'number' && given > 0 && given < 2 ** 31);
}

/** Backend for GPUs that compiles each step of a plan to a compute shader. */
class WebGpuBackend implements Backend {
  readonly name = 'webgpu';
  readonly dtypes: readonly DType[];
  readonly #host: RunHost;
  readonly #ledger: BufferLedger<GpuMemory>;
  readonly #target: PlanTarget;
  readonly #measuring: Measuring | null;
  #loss: BackendLoss | null = null;

  /** @param measuring measures steps; null if they are not measured */
  constructor(gpu: Gpu, pack: Bound, target: PlanTarget, measuring: Measuring | null) {
    this.#target = target;
    this.#measuring = measuring;
    this.dtypes = storableDTypes(target);
    const { device, pool, halfBytes } = gpu;
    this.#ledger = new BufferLedger<GpuMemory>(this, {
      allocate: (type) => ({
        buffer: pool.take(wordBytes(type, halfBytes), 'storage', type),
        isPacked: false,
        checks: [],
        work: 0,
      }),
      free: ({ buffer }) => pool.give(buffer),
      bytesOf: (type) => wordBytes(type, halfBytes),
    });
    this.#host = {
      gpu,
      ledger: this.#ledger,
      pack,
      checkNotLost: () => checkNotLost(this, 'run'),
      reported: (error) => this.#reported(error, 'run'),
    };
    device.lost.then(({ reason, message }) => {
      this.#loss = { reason: reason === 'destroyed' ? 'destroyed' : 'unknown', message };
    });
    device.addEventListener('uncapturederror', (event) => {
      // Otherwise, the error is also printed.
      event.preventDefault();
      gpu.errors.report(event.error.message);
    });
  }

  get loss(): BackendLoss | null {
    return this.#loss;
  }

  upload(array: HostArray): Buffer {
    checkNotLost(this, 'upload');
    const { dtype, shape } = array;
    const isPacked = dtype === 'uint8';
    const { gpu } = this.#host;
    const buffer = bufferOf(gpu, isPacked ? packedWordsOf(array) : wordsOf(array, gpu.halfBytes), { dtype, shape });
    return this.#ledger.hold({ dtype, shape }, { buffer, isPacked, checks: [], work: gpu.errors.start() });
  }

  async read(buffer: Buffer): Promise<HostArray> {
    checkNotLost(this, 'read');
    const { gpu } = this.#host;
    const { buffer: from, isPacked, checks, work } = this.#ledger.memoryOf(buffer, 'read');
    const bytes = storedBytesOf(buffer.type, isPacked, gpu.halfBytes);
    try {
      const allocation = pending([from]);
      if (allocation !== null) await allocation;
      const { started } = gpu.errors;
      const stored = await readBack(gpu, new Commands(gpu), spanOf(from, bytes), bytes, 'read');
      await awaitChecks(checks);
      gpu.errors.check(work);
      gpu.errors.confirm(started);
      return elementsOf(buffer.type, isPacked, gpu.halfBytes, stored);
    } catch (error) {
      // If the device is lost, `device.lost` may resolve only after this failure.
      await Promise.resolve();
      throw this.#reported(error, 'read');
    }
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
    const gpu = this.#host.gpu;
    const { limits, tuning } = gpu;
    await loadFormulas(graph);
    const plan = await planGraph(graph, donated, { target: this.#target, limits, tuning });
    const costs = stepCosts(plan, this.#target, gpuRoutineTable);
    const records = new RecordLayout(gpu.device.limits.minStorageBufferOffsetAlignment);
    const context: LoadContext = { gpu, records, held: [] };
    const dispose = (): void => {
      for (const buffer of context.held.splice(0)) gpu.pool.give(buffer);
    };
    let loaded: LoadedPlan;
    try {
      loaded = await loadPlan(context, plan);
      await pending(context.held);
    } catch (error) {
      dispose();
      throw error;
    }
    const reuses: (number | null)[] = plan.outputs.map(() => null);
    for (const { place } of plan.slots) if (place.kind === 'output') reuses[place.output] = place.reuses;
    const depths = costs.map(({ depth }) => depth);
    const program: GpuProgram = {
      loaded,
      records,
      signature: { inputs: plan.inputs, outputs: plan.outputs, reuses, donated },
      timer: this.#measuring?.timer(depths) ?? null,
      description: () => descriptionOf(costs),
    };
    return {
      run: (inputs) => {
        checkNotLost(this, 'run');
        return runPlan(this.#host, program, inputs);
      },
      describe: async () => printPlan(plan, gpuRoutineTable),
      steps: async () => {
        const times = program.timer?.shortest() ?? [];
        const clock = this.#measuring === null ? {} : { clock: this.#measuring.clock };
        return costs.map((cost, i) => ({ ...cost, milliseconds: times[i] ?? null, ...clock }));
      },
      dispose,
    };
  }

  memory(): BackendMemory {
    const { held, buffers } = this.#ledger;
    return { held, reserved: this.#host.gpu.pool.reserved, buffers };
  }

  /** Returns the error to report for an operation: that of the loss if the device is lost. */
  #reported(error: unknown, op: string): unknown {
    return this.#loss === null ? error : lostError(this.name, this.#loss, op, error);
  }
}

/**
 * Creates a WebGPU backend. Opens a GPU device unless one is passed; in Node, this requires the package `webgpu`.
 *
 * @throws ManabiError `backend` if WebGPU is unavailable or no device can be opened, `argument` for an invalid option, and
 * for `powerPreference` or `defaultLimits` next to `device`
 * @example
 * ```ts no-run
 * import { registerBackend, setBackend } from '@manabi/core';
 * import { createWebGpuBackend } from '@manabi/backend-webgpu';
 *
 * registerBackend('webgpu', () => createWebGpuBackend({ powerPreference: 'low-power' }));
 * await setBackend('webgpu');
 * ```
 */
export async function createWebGpuBackend(options: WebGpuBackendOptions = {}): Promise<Backend> {
  const { routines, timeout, measures, ...deviceOptions } = readOptions('createWebGpuBackend', options, kinds);
  const device = await openDevice(deviceOptions);
  const tuning = deviceOptions.tuning ?? tuningOf(device);
  const target = webGpuTarget(device.limits, tuning, device.features);
  // Drivers that run shaders on the CPU have no use for subgroups.
  const gpu = gpuOf(device, tuning, timeout, tuning === 'hardware' && (await hasSubgroups(device)));
  const pack = await boundService(gpu, packShader);
  return new WebGpuBackend(
    gpu,
    pack,
    routines === undefined ? target : { ...target, routines },
    measures ? await measuringFor(gpu, pack) : null,
  );
}

async function measuringFor(gpu: Gpu, pack: Bound): Promise<Measuring> {
  const { measuringOn } = await import('./runtime/measuring.ts');
  const newCommands = () => new Commands(gpu);
  return await measuringOn({ gpu, pack, readBack, spanOf, newCommands, newClocks: () => new StepClocks() });
}

/** Describes a program by its number of steps and its largest step. */
function descriptionOf(costs: readonly StepCost[]): string {
  const [first, ...others] = costs.filter(({ depth }) => depth === 0);
  if (first === undefined) return 'a program without steps';
  const largest = others.reduce((most, cost) => (cost.operations > most.operations ? cost : most), first);
  const count = others.length === 0 ? 'one step' : `${others.length + 1} steps`;
  return `a program of ${count}, of which "${largest.name}" has the most operations`;
}
