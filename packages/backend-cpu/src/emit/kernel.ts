import { accessesOf, definitionsOf, type Kernel } from '@manabi/compiler';
import type { FunctionBuilder, LocalId } from '../wasm/index.ts';
import type { Emission, Pointer, SlotShape } from './emission.ts';
import { expandIndexAccumulators } from './expand-index-accumulators.ts';
import { emitLoop } from './loops.ts';
import { emitBlock } from './statements.ts';
import { stepParams } from './step-params.ts';
import type { ModuleSupport } from './support.ts';
import { divideKernel } from './tasks.ts';
import { chooseVectors } from './vector-choice.ts';

/** A kernel compiled to a function of a module. */
export interface KernelFunction {
  /** Function (table, begin, end) that runs the tasks from `begin` (inclusive) to `end` (exclusive). */
  readonly run: FunctionBuilder;
  /** Number of tasks; depends only on the kernel. */
  readonly tasks: number;
}

/**
 * Writes a kernel as an exported function `(table: i32, begin: i32, end: i32) -> ()`. `table` is the address of an i32
 * array with the byte address of every slot. The error record (`support.ts`) precedes this array in memory. Tasks may
 * run in any order or concurrently.
 *
 * @param choose function that selects the loops to vectorize; tests pass another one
 */
export function emitKernel(
  support: ModuleSupport,
  name: string,
  given: Kernel,
  slots: readonly SlotShape[],
  choose: typeof chooseVectors = chooseVectors,
): KernelFunction {
  const kernel = expandIndexAccumulators(given);
  const f = support.module.function(name, stepParams, []);
  const [table, begin, end] = [0, 1, 2];
  const { choices, cost } = choose(kernel);
  const bases = loadBases(f, table, kernel);
  const e = newEmission({ f, kernel, slots, support, table, choices, bases });

  const division = divideKernel(kernel, choices, cost);
  if (division === undefined) {
    emitBlock(e, kernel.body);
    return { run: f, tasks: 1 };
  }
  const { loop, iterations, tasks } = division;
  emitBlock(
    e,
    kernel.body.filter((statement) => statement !== loop),
  );
  const range = { begin: f.local('i32'), end: f.local('i32') };
  f.get(begin).i32(iterations).op('i32.mul').set(range.begin);
  f.get(end).i32(iterations).op('i32.mul').set(range.end);
  emitLoop(e, loop, emitBlock, range);
  return { run: f, tasks };
}

/**
 * Writes code that loads the address of every slot that a kernel uses from the table of the plan into a local. Returns
 * the locals by slot.
 */
export function loadBases(f: FunctionBuilder, table: LocalId, kernel: Kernel): Map<number, LocalId> {
  const bases = new Map<number, LocalId>();
  for (const { slot } of accessesOf(kernel.body)) {
    if (bases.has(slot)) continue;
    const local = f.local('i32');
    f.get(table)
      .load('i32.load', 4 * slot)
      .set(local);
    bases.set(slot, local);
  }
  return bases;
}

/** Returns the state of the code generator before it has written code for a kernel. */
export function newEmission(
  parts: Pick<Emission, 'f' | 'kernel' | 'slots' | 'support' | 'table' | 'choices'> & {
    readonly bases: ReadonlyMap<number, LocalId>;
  } & Partial<Pick<Emission, 'region' | 'result' | 'axes'>>,
): Emission {
  const { bases, ...rest } = parts;
  const pointers = new Map<string, Pointer>();
  for (const [slot, local] of bases) pointers.set(`${slot}:`, { local, offset: 0 });
  return {
    axes: [],
    values: [],
    splats: new Map(),
    accumulators: [],
    pointers,
    atoms: new Map(),
    definitions: definitionsOf(parts.kernel.body),
    result: null,
    region: null,
    ...rest,
  };
}
