import { compilePlan, type PlanTarget, printPlan, stepCosts } from '@manabi/compiler';
import {
  type Backend,
  type BackendMemory,
  type Buffer,
  type CompileOptions,
  type Executable,
  equalTypes,
  formatType,
  type Graph,
  type HostArray,
  hostArray,
  ManabiError,
  sizeOf,
  type TensorType,
  withData,
} from '@manabi/ir';
import { emitPlan } from './emit-plan.ts';
import { Allocator, type Block, type BlockSource } from './memory/allocator.ts';
import { bytesOf } from './memory/linear-memory.ts';
import { emitterOf } from './routines/table.ts';
import { LoadedPlan, SharedArena } from './runtime/loaded-plan.ts';
import { type CpuRoutineName, cpuTarget } from './target.ts';

/** How a CPU backend is to be. */
export interface CpuBackendOptions {
  /** The tuned templates it may use; loops compute the rest. All, if left out; none is for tests of the loops. */
  readonly routines?: readonly CpuRoutineName[];
  /** Whether runs are measured step by step, for `profile`; false by default, since it takes a little time itself. */
  readonly measures?: boolean;
}

/** Elements in the linear memory; without a block once they are released. */
class CpuBuffer implements Buffer {
  readonly type: TensorType;
  readonly backend: CpuBackend;
  block: Block | null;

  constructor(type: TensorType, backend: CpuBackend, block: Block) {
    this.type = type;
    this.backend = backend;
    this.block = block;
  }
}

/**
 * The backend that runs on the CPU: graphs become one WebAssembly module each.
 *
 * Everything is synchronous here, and equal bit by bit wherever it runs.
 */
class CpuBackend implements Backend {
  readonly name = 'cpu';
  readonly synchronous = true;
  readonly #allocator: BlockSource;
  readonly #arena: SharedArena;
  readonly #target: PlanTarget;
  readonly #measures: boolean;
  #buffers = 0;
  #held = 0;

  constructor(allocator: BlockSource, { routines, measures = false }: CpuBackendOptions) {
    this.#allocator = allocator;
    this.#arena = new SharedArena(allocator);
    for (const routine of routines ?? []) emitterOf(routine, 'Option `routines`');
    this.#target = routines === undefined ? cpuTarget : { ...cpuTarget, routines };
    this.#measures = measures;
  }

  /** @throws ManabiError `memory` if there is no room */
  upload({ dtype, shape, data }: HostArray): Buffer {
    const buffer = this.#allocate({ dtype, shape });
    this.#allocator.memory.view(dtype, this.#blockOf(buffer, 'upload').address, data.length).set(data);
    return buffer;
  }

  /** @throws ManabiError `disposed` for a buffer that was released, `backend` for one of another backend */
  read(buffer: Buffer): HostArray {
    const { dtype, shape } = buffer.type;
    const { address } = this.#blockOf(this.#own(buffer, 'read'), 'read');
    return hostArray(dtype, shape, this.#allocator.memory.view(dtype, address, sizeOf(shape)).slice());
  }

  /** @throws ManabiError `disposed` for a buffer that was released before, `backend` for one of another backend */
  release(buffer: Buffer): void {
    this.#allocator.free(this.#takeBlock(this.#own(buffer, 'release'), 'release'));
  }

  /** @throws ManabiError `disposed` for a buffer that was released before, `backend` for one of another backend */
  firstRows(buffer: Buffer, rows: number): Buffer {
    const block = this.#takeBlock(this.#own(buffer, 'firstRows'), 'firstRows');
    const { dtype, shape } = buffer.type;
    return this.#hold({ dtype, shape: [rows, ...shape.slice(1)] }, block);
  }

  compile(graph: Graph, { donated }: CompileOptions): Executable {
    const plan = compilePlan(graph, { target: this.#target, donated });
    const loaded = new LoadedPlan(this.#allocator, this.#arena, emitPlan(plan), this.#measures);
    return {
      run: (inputs) => this.#run(loaded, inputs, donated),
      describe: () => `${printPlan(plan)}\ntasks: ${loaded.tasks().join(' ')}`,
      steps: () => {
        const times = loaded.times();
        return stepCosts(plan, this.#target).map((cost, i) => ({ ...cost, milliseconds: times[i] ?? null }));
      },
      dispose: () => loaded.dispose(),
    };
  }

  memory(): BackendMemory {
    return { held: this.#held, reserved: this.#allocator.memory.byteLength, buffers: this.#buffers };
  }

  #run(loaded: LoadedPlan, inputs: readonly Buffer[], donated: readonly number[]): readonly Buffer[] {
    const { buffers, addresses, targets } = this.#prepare(loaded, inputs);
    const isFresh = (_: unknown, output: number): boolean => loaded.reuses[output] === null;
    try {
      loaded.run(
        addresses,
        targets.map((target) => this.#blockOf(target, 'run').address),
      );
    } catch (error) {
      for (const target of targets.filter(isFresh)) this.release(target);
      const areKept = error instanceof ManabiError && error.data.inputsKept === true;
      if (!areKept) for (const input of donated) this.release(buffers[input]);
      throw error;
    }
    const outputs = targets.map((target, output) =>
      isFresh(target, output) ? target : this.#hold(loaded.plan.outputs[output], this.#takeBlock(target, 'run')),
    );
    // Those that no output took over.
    for (const input of donated) if (buffers[input].block !== null) this.release(buffers[input]);
    return outputs;
  }

  /**
   * All that a run needs. If something is missing, every input stays as it was.
   *
   * @throws ManabiError with `inputsKept` in its data
   */
  #prepare(loaded: LoadedPlan, inputs: readonly Buffer[]) {
    try {
      const buffers = this.#checkInputs(loaded.plan.inputs, inputs);
      const addresses = buffers.map((buffer) => this.#blockOf(buffer, 'run').address);
      return { buffers, addresses, targets: this.#targetsOf(loaded, buffers) };
    } catch (error) {
      throw error instanceof ManabiError ? withData(error, { inputsKept: true }) : error;
    }
  }

  /** Where the outputs go: fresh buffers, or donated inputs that they reuse; and room for the arena. All or nothing. */
  #targetsOf(loaded: LoadedPlan, buffers: readonly CpuBuffer[]): readonly CpuBuffer[] {
    const fresh: CpuBuffer[] = [];
    const allocate = (type: TensorType): CpuBuffer => {
      const buffer = this.#allocate(type);
      fresh.push(buffer);
      return buffer;
    };
    try {
      loaded.reserveArena();
      return loaded.plan.outputs.map((type, output) => {
        const reuse = loaded.reuses[output];
        return reuse === null ? allocate(type) : buffers[reuse];
      });
    } catch (error) {
      for (const buffer of fresh) this.release(buffer);
      throw error;
    }
  }

  #checkInputs(types: readonly TensorType[], inputs: readonly Buffer[]): CpuBuffer[] {
    if (inputs.length !== types.length) {
      throw new ManabiError('argument', `The graph has ${types.length} inputs, but ${inputs.length} were given.`, {
        op: 'run',
        data: { expected: types.length, given: inputs.length },
      });
    }
    return inputs.map((input, i) => {
      const buffer = this.#own(input, 'run');
      if (!equalTypes(buffer.type, types[i])) {
        throw new ManabiError(
          buffer.type.dtype === types[i].dtype ? 'shape' : 'dtype',
          `Input ${i} of the graph is ${formatType(types[i])}, but ${formatType(buffer.type)} was given.`,
          { op: 'run', data: { input: i, expected: types[i], given: buffer.type } },
        );
      }
      return buffer;
    });
  }

  #allocate(type: TensorType): CpuBuffer {
    return this.#hold(type, this.#allocator.allocate(bytesOf(type.dtype, sizeOf(type.shape))));
  }

  #hold(type: TensorType, block: Block): CpuBuffer {
    this.#buffers++;
    this.#held += bytesOf(type.dtype, sizeOf(type.shape));
    return new CpuBuffer(type, this, block);
  }

  #own(buffer: Buffer, op: string): CpuBuffer {
    if (buffer instanceof CpuBuffer && buffer.backend === this) return buffer;
    throw new ManabiError(
      'backend',
      `A buffer of backend "${buffer.backend.name}" was given to another backend, "cpu". Read it there and upload it here.`,
      { op, data: { backend: buffer.backend.name } },
    );
  }

  #blockOf(buffer: CpuBuffer, op: string): Block {
    if (buffer.block !== null) return buffer.block;
    throw new ManabiError(
      'disposed',
      `A buffer of ${formatType(buffer.type)} was released before. Release a buffer once, and use it no more after that.`,
      { op, data: { type: buffer.type } },
    );
  }

  /** The block of a buffer, which is no buffer any longer. */
  #takeBlock(buffer: CpuBuffer, op: string): Block {
    const block = this.#blockOf(buffer, op);
    buffer.block = null;
    this.#buffers--;
    this.#held -= bytesOf(buffer.type.dtype, sizeOf(buffer.type.shape));
    return block;
  }
}

/**
 * Makes the CPU backend, with a memory of its own.
 *
 * @throws ManabiError `argument` for a routine that it does not have
 */
export function createCpuBackend(options: CpuBackendOptions = {}): Backend {
  return createBackendOn(new Allocator(), options);
}

/** Makes the CPU backend on a given source of memory. */
export function createBackendOn(allocator: BlockSource, options: CpuBackendOptions = {}): Backend {
  return new CpuBackend(allocator, options);
}
