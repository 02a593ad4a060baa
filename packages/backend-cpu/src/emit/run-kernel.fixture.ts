import type { Kernel } from '@manabi/compiler';
import { type FormulaName, formulaArity } from '@manabi/compiler';
import { type DType, type ElementArray, type HostArray, hostArray } from '@manabi/ir';
import { float64Functions } from '../runtime/float64-functions.ts';
import { errorRecordBytes } from '../runtime/table.ts';
import { compileModule } from '../wasm/compile-in-node.ts';
import { ModuleBuilder } from '../wasm/index.ts';
import { emitKernel } from './kernel.ts';
import { beginSupport } from './support.ts';
import { chooseVectors } from './vector-choice.ts';
import type { VectorChoices } from './vector-choices.ts';

/** Options of `runKernel`. */
export interface KernelRunOptions {
  /** Whether to run all loops without vectors. Default: false. */
  readonly scalar?: boolean;
  /** Returns the order in which to run the given number of tasks, one by one. Default: all in one call. */
  readonly order?: (tasks: number) => readonly number[];
  /** Selects the loops to vectorize. Default: `chooseVectors`. */
  readonly choose?: typeof chooseVectors;
}

/** Result of `runKernel`. */
export interface KernelRun {
  readonly slots: readonly HostArray[];
  readonly tasks: number;
  /**
   * Error record after the run. If an index was out of range, it holds the number of the check plus 1, the index, and
   * its position; otherwise zeros.
   */
  readonly record: readonly number[];
}

/** Bytes around every slot that the kernel must not write. */
const margin = 64;
const untouched = 0x5a;

/** Emits, compiles and runs a kernel on slots with the given initial contents. */
export function runKernel(kernel: Kernel, arrays: readonly HostArray[], options: KernelRunOptions = {}): KernelRun {
  const tableBytes = errorRecordBytes + 4 * arrays.length;
  let end = tableBytes;
  const addresses = arrays.map(({ data }) => {
    const address = Math.ceil((end + margin) / 16) * 16;
    end = address + data.byteLength;
    return address;
  });
  const memory = new WebAssembly.Memory({ initial: Math.ceil((end + margin) / 65536) });
  const bytes = new Uint8Array(memory.buffer).fill(untouched);
  bytes.fill(0, 0, errorRecordBytes);
  new Int32Array(memory.buffer).set(addresses, errorRecordBytes / 4);
  const views = arrays.map(({ dtype, data }, slot) => {
    const view = elementView(dtype, memory.buffer, addresses[slot], data.length);
    view.set(data);
    return view;
  });

  const module = new ModuleBuilder({ min: 1 });
  const names = Object.keys(formulaArity).filter((name): name is FormulaName => name in formulaArity);
  const support = beginSupport(module, names);
  const slots = arrays.map(({ dtype, data }) => ({ dtype, elements: data.length }));
  const choose = options.scalar ? withoutVectors : options.choose;
  const { tasks } = emitKernel(support, 'kernel', kernel, slots, choose);
  const instance = new WebAssembly.Instance(compileModule(module.toBytes(), { eager: false }), {
    env: { memory },
    math: { ...float64Functions },
  });
  const run = instance.exports.kernel;
  if (typeof run !== 'function') throw new Error('The kernel is not exported.');
  if (options.order === undefined) run(errorRecordBytes, 0, tasks);
  else for (const task of options.order(tasks)) run(errorRecordBytes, task, task + 1);

  const covered = new Uint8Array(bytes.length);
  for (const [slot, { data }] of arrays.entries()) {
    covered.fill(1, addresses[slot], addresses[slot] + data.byteLength);
  }
  for (let at = tableBytes; at < bytes.length; at++) {
    if (covered[at] === 0 && bytes[at] !== untouched)
      throw new Error(`The kernel wrote outside its slots, at address ${at}.`);
  }
  return {
    slots: arrays.map(({ dtype, shape }, slot) => hostArray(dtype, shape, views[slot].slice())),
    tasks,
    record: [...new Int32Array(memory.buffer, 0, 3)],
  };
}

function withoutVectors(kernel: Kernel): { choices: VectorChoices; cost: number } {
  return { choices: new Map(), cost: chooseVectors(kernel).cost };
}

function elementView(dtype: DType, buffer: ArrayBuffer, address: number, length: number): ElementArray {
  switch (dtype) {
    case 'float32':
    // Kernels on float16 are tested by the matrix, because views cannot convert.
    case 'float16':
      return new Float32Array(buffer, address, length);
    case 'float64':
      return new Float64Array(buffer, address, length);
    case 'int32':
      return new Int32Array(buffer, address, length);
    case 'uint32':
      return new Uint32Array(buffer, address, length);
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer, address, length);
  }
}
