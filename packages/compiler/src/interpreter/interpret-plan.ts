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
  /** Machine whose limits the plan must respect. Also detects races. Nothing is checked by default. */
  readonly target?: PlanTarget;
  /** Implementations of the routines; by default those of this package. */
  readonly routineInterpreters?: RoutineInterpreters;
}

const kinds = {
  target: optional(targetKind),
  routineInterpreters: optional(anything<RoutineInterpreters>('a table of routine interpreters')),
} satisfies KindsOf<InterpretOptions>;

/**
 * Runs a plan with plain loops: the oracle for backends, which is itself compared with the graph interpreter. Values
 * share memory as in the plan, so an overwritten value is corrupt from then on.
 *
 * @throws ManabiError `index` for an index outside its axis; `graph` for a plan that exceeds the target; `argument`, `shape` or
 * `dtype` for inputs that do not match the plan
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { compilePlan } from '@manabi/compiler';
 * import { interpretPlan } from '@manabi/compiler/interpret';
 * import { graphBuilder, hostArray } from '@manabi/ir';
 * const b = graphBuilder();
 * const plan = compilePlan(b.finish([b.neg(b.input({ dtype: 'float32', shape: [2] }))]), { target: cpuTarget });
 * const [y] = interpretPlan(plan, [hostArray('float32', [2], Float32Array.of(1, 2))]);
 * [...y.data]; // => [-1, -2]
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

/** Settings for running a plan and the plans nested in it. */
interface RunSettings {
  /** True if steps are checked for races. */
  readonly watches: boolean;
  readonly interpreters: RoutineInterpreters;
}

/**
 * Runs a plan on elements that it may overwrite.
 *
 * @param given the plan's inputs
 * @param targets memory of the outputs; new memory if null
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
 * Returns the slot whose elements the interpreter uses for a slot. Values in scratch memory each have their own,
 * because values that share such memory are never needed together.
 */
function elementsRoot(plan: Plan, slot: number): number {
  return plan.slots[slot].place.kind === 'arena' ? slot : rootOf(plan, slot);
}

/** Returns memory that no step has written yet. It is not zero, so that reading it produces wrong results. */
function unwritten(dtype: DType, elements: number): Elements {
  return corrupt(referenceStorage(dtype, elements));
}

function corrupt(elements: Elements): Elements {
  return elements.fill(elements instanceof Float64Array ? Number.NaN : 0xa5);
}

/** Corrupts all values that share scratch memory with the values that a step writes. */
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
