import type { Plan } from '@manabi/compiler';
import { anything, type KindsOf, listOf, optional, positive, readArgument, readOptions } from '@manabi/errors';
import {
  checkHostArray,
  equalTypes,
  formatType,
  type HostArray,
  ManabiError,
  sizeOf,
  type TensorType,
} from '@manabi/ir';
import { emitPlan } from '../emit-plan.ts';
import { Allocator, type Block } from '../memory/allocator.ts';
import { bytesOf } from '../memory/linear-memory.ts';
import { emitters } from '../routines/at-once.ts';
import { LoadedPlan, SharedArena } from '../runtime/loaded-plan.ts';
import { fusesMultiplyAdd } from '../wasm/fused.ts';
import { readPlan } from './plan-argument.ts';

/** Options of `timeSteps`. */
export interface TimeStepsOptions {
  /** How long each step is repeated, in milliseconds. Default: 20. */
  readonly milliseconds?: number;
}

const kinds = { milliseconds: optional(positive, 20) } satisfies KindsOf<TimeStepsOptions>;

const inputsKind = listOf(anything<HostArray>('a host array'));

/**
 * Measures the mean time of each step of a plan on one thread. Each step is repeated, so clocks with a low resolution suffice,
 * such as those of pages that are not isolated. The data of a repeated step is in the cache of the processor if it fits.
 *
 * @param plan plan for `cpuTarget`, from `compilePlan`
 * @param inputs values of the inputs of the plan
 * @returns the time of each step of `plan.steps` in milliseconds; loops and branches include the steps in them
 * @throws ManabiError `argument` unless there is a value of the right type for each input; `index` for an index out of range;
 * `memory` if there is not enough memory
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { timeSteps } from '@manabi/backend-cpu/code';
 * import { compilePlan } from '@manabi/compiler';
 * import { graphBuilder, hostArray } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const graph = b.finish([b.neg(b.input({ dtype: 'float32', shape: [64] }))]);
 * const plan = compilePlan(graph, { target: cpuTarget });
 * const times = timeSteps(plan, [hostArray('float32', [64], new Float32Array(64))]);
 * console.log(times.length); // 1
 * ```
 */
export function timeSteps(plan: Plan, inputs: readonly HostArray[], options: TimeStepsOptions = {}): readonly number[] {
  const { inputs: types, outputs, steps } = readPlan('timeSteps', plan);
  checkInputs(types, readArgument('timeSteps', 'inputs', inputs, inputsKind));
  const { milliseconds } = readOptions('timeSteps', options, kinds);
  const allocator = new Allocator();
  const blockOf = ({ dtype, shape }: TensorType): Block => allocator.allocate(bytesOf(dtype, sizeOf(shape)));
  const read = types.map(blockOf);
  const written = outputs.map(blockOf);
  const arena = new SharedArena(allocator);
  const fused = fusesMultiplyAdd();
  const whole = new LoadedPlan(allocator, arena, emitPlan(plan, emitters, { fused }));
  const targets = written.map((block, i) => {
    const reused = whole.reuses[i];
    return reused === null ? block : read[reused];
  });
  /** Gives all slots of the plan the values that they have in a run. */
  const restore = (): void => {
    inputs.forEach(({ dtype, data }, i) => {
      allocator.memory.write(dtype, read[i].address, data);
    });
    whole.run(read, targets);
  };
  return steps.map((step) => {
    // Steps read their operands from where the whole plan left them: all plans use the same memory.
    const one = new LoadedPlan(allocator, arena, emitPlan({ ...plan, steps: [step] }, emitters, { fused }));
    try {
      one.reserveArena();
      restore();
      return meanTime(() => one.run(read, targets), milliseconds);
    } finally {
      one.dispose();
    }
  });
}

/** Returns the mean time of a function in milliseconds, which runs first for half of the given time unmeasured. */
function meanTime(run: () => void, milliseconds: number): number {
  repeat(run, milliseconds / 2);
  const { elapsed, runs } = repeat(run, milliseconds);
  return elapsed / runs;
}

function repeat(run: () => void, milliseconds: number): { readonly elapsed: number; readonly runs: number } {
  const begin = performance.now();
  let elapsed = 0;
  let runs = 0;
  for (let batch = 1; elapsed < milliseconds; batch *= 2) {
    for (let i = 0; i < batch; i++) run();
    runs += batch;
    elapsed = performance.now() - begin;
  }
  return { elapsed, runs };
}

function checkInputs(types: readonly TensorType[], inputs: readonly HostArray[]): void {
  if (inputs.length !== types.length) {
    throw new ManabiError(
      'argument',
      `\`inputs\` must contain one value for each of the ${types.length} inputs of the plan; got ${inputs.length}.`,
      { op: 'timeSteps', data: { expected: types.length, given: inputs.length } },
    );
  }
  types.forEach((type, position) => {
    const given = inputs[position];
    checkHostArray('timeSteps', given);
    const { dtype, shape } = given;
    if (equalTypes(type, { dtype, shape })) return;
    throw new ManabiError(
      'argument',
      `Input ${position} of the plan must be ${formatType(type)}; got ${formatType({ dtype, shape })}.`,
      { op: 'timeSteps', data: { position, expected: type, given: { dtype, shape } } },
    );
  });
}
