import { anything, type KindsOf, listOf, optional, readArgument, readOptions } from '@manabi/errors';
import { checkHostArray, checkInputTypes, type DType, type HostArray, indexError } from '@manabi/ir';
import { fromReference, referenceStorage, toReference } from '@manabi/ir/reference';
import { planKind, targetKind } from '../argument-kinds.ts';
import { routineNamed } from '../graph/routine.ts';
import type { Plan, Slot, Step } from '../plan/plan.ts';
import type { RoutineStep } from '../plan/routine-step.ts';
import { rootOf } from '../plan/step-bindings.ts';
import { stepSlots } from '../plan/step-slots.ts';
import { type RoutineInterpreters, routineInterpreters } from '../routines/interpreters.ts';
import type { PlanTarget } from '../target.ts';
import { checkPlan } from './check-plan.ts';
import { type Elements, interpretBranch, interpretLoop } from './interpret-control.ts';
import { interpretKernel, type KernelMemory, kernelRunner } from './interpret-kernel.ts';
import { raceWatch } from './races.ts';

/** Options of `interpretPlan`. */
export interface InterpretOptions {
  /**
   * If set, the plan is checked against the limits of this machine, and kernels are checked for races. Default: no
   * checks.
   */
  readonly target?: PlanTarget;
  /** Reference implementations of the routines. Default: those of this package. */
  readonly routineInterpreters?: RoutineInterpreters;
}

const kinds = {
  target: optional(targetKind),
  routineInterpreters: optional(anything<RoutineInterpreters>('a table of routine interpreters')),
} satisfies KindsOf<InterpretOptions>;

/**
 * Runs a plan with plain loops. Tests compare backends with this function, and this function with the graph
 * interpreter. Values share memory as in the plan, so a plan that overwrites a value too early produces wrong results
 * here too.
 *
 * @throws ManabiError `index` for an index outside its axis; `graph` for a plan that exceeds the target; `argument`,
 * `shape` or `dtype` for inputs that do not match the plan
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { compilePlan } from '@manabi/compiler';
 * import { interpretPlan } from '@manabi/compiler/interpret';
 * import { graphBuilder, hostArray } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const plan = compilePlan(b.finish([b.neg(b.input({ dtype: 'float32', shape: [2] }))]), { target: cpuTarget });
 * const [y] = interpretPlan(plan, [hostArray('float32', [2], Float32Array.of(1, 2))]);
 * console.log([...y.data]); // [-1, -2]
 * ```
 */
export function interpretPlan(plan: Plan, inputs: readonly HostArray[], options: InterpretOptions = {}): HostArray[] {
  readArgument('interpretPlan', 'plan', plan, planKind);
  readArgument('interpretPlan', 'inputs', inputs, listOf(anything<HostArray>('a host array')));
  for (const input of inputs) checkHostArray('interpretPlan', input);
  checkInputTypes('interpretPlan', plan.inputs, inputs);
  const { target, routineInterpreters: interpreters = routineInterpreters } = readOptions(
    'interpretPlan',
    options,
    kinds,
  );
  if (target !== undefined) checkPlan(plan, target);
  const outputs = runPlan(
    plan,
    inputs.map((input) => toReference(input).data),
    null,
    { watches: target !== undefined, interpreters },
  );
  return plan.outputs.map((type, output) => fromReference({ ...type, data: outputs[output] }));
}

/** Settings that a plan and all plans nested in it share during a run. */
interface RunSettings {
  /** True if kernels are checked for races. */
  readonly watches: boolean;
  readonly interpreters: RoutineInterpreters;
}

/**
 * Runs a plan. It may overwrite the elements of donated inputs.
 *
 * @param given the plan's inputs
 * @param targets arrays to write the outputs to; if null, new arrays are created
 * @returns the outputs
 */
function runPlan(
  plan: Plan,
  given: readonly Elements[],
  targets: readonly Elements[] | null,
  settings: RunSettings,
): readonly Elements[] {
  const { watches, interpreters } = settings;
  const slots = plan.slots.map((slot) => elementsOf(slot, given, targets));
  const memory: KernelMemory = {
    slot: (slot) => slots[slot],
    dtype: (slot) => plan.slots[slot].dtype,
    outside: (site, index, position) => {
      throw indexError(plan.sites[site], index, position);
    },
  };
  const runNested = (inner: Plan, inputs: readonly Elements[], outputs: readonly Elements[]): void => {
    runPlan(inner, inputs, outputs, settings);
  };
  const watched = (name: string): KernelMemory =>
    watches ? { ...memory, watch: raceWatch(name, (slot) => elementsRoot(plan, slot)) } : memory;
  for (const step of plan.steps) {
    corruptShared(plan, step, slots);
    switch (step.kind) {
      case 'kernel':
        interpretKernel(step.kernel, watched(step.kernel.name));
        break;
      case 'routine':
        interpretRoutine(step, watched(step.epilogue?.name ?? step.name), interpreters);
        break;
      case 'loop':
        interpretLoop(step.loop, memory.slot, runNested);
        break;
      case 'branch':
        interpretBranch(step.branch, memory.slot, runNested);
        break;
    }
  }
  return plan.outputs.map(
    (_, output) => slots[plan.slots.findIndex(({ place }) => place.kind === 'output' && place.output === output)],
  );
}

function elementsOf(
  { dtype, elements, place }: Slot,
  given: readonly Elements[],
  targets: readonly Elements[] | null,
): Elements {
  switch (place.kind) {
    case 'input':
      return given[place.input];
    case 'output':
      return place.reuses === null ? (targets?.[place.output] ?? unwritten(dtype, elements)) : given[place.reuses];
    case 'constant':
      return toReference(place.value).data;
    case 'arena':
      return unwritten(dtype, elements);
  }
}

/**
 * Returns the slot whose array also stores the elements of the given slot, such as the donated input of an output. A
 * value in an arena has a separate array in the interpreter, although it shares memory with other values in the plan.
 */
function elementsRoot(plan: Plan, slot: number): number {
  return plan.slots[slot].place.kind === 'arena' ? slot : rootOf(plan, slot);
}

/**
 * Returns an array for a value that is not computed yet, filled with values other than zero, so that a step that reads
 * it too early produces wrong results.
 */
function unwritten(dtype: DType, elements: number): Elements {
  return corrupt(referenceStorage(dtype, elements));
}

function corrupt(elements: Elements): Elements {
  return elements.fill(elements instanceof Float64Array ? Number.NaN : 0xa5);
}

/** Overwrites the arrays of all values whose arena memory overlaps with that of the values which a step writes. */
function corruptShared({ slots }: Plan, step: Step, elements: readonly Elements[]): void {
  for (const { slot, written } of stepSlots(step)) {
    const { place, bytes } = slots[slot];
    if (!written || place.kind !== 'arena') continue;
    for (const [other, { place: others, bytes: length }] of slots.entries()) {
      if (other === slot || others.kind !== 'arena' || others.arena !== place.arena) continue;
      if (others.offset < place.offset + bytes && place.offset < others.offset + length) corrupt(elements[other]);
    }
  }
}

function interpretRoutine(
  { name, attributes, operands, results, epilogue }: RoutineStep,
  memory: KernelMemory,
  interpreters: RoutineInterpreters,
): void {
  const finish = epilogue === null ? null : kernelRunner(epilogue, memory);
  let iteration = 0;
  memory.watch?.enter(false);
  routineNamed(interpreters, name, 'The plan').run(attributes, {
    operands: operands.map(memory.slot),
    results: results.map(memory.slot),
    finish: (axes, element) => {
      if (finish === null) throw new Error(`Routine ${name} has no epilogue.`);
      memory.watch?.iterate(iteration++);
      finish(axes, element);
    },
  });
  memory.watch?.leave();
}
