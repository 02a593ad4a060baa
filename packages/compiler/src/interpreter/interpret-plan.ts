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

/** How a plan is interpreted. */
export interface InterpretOptions {
  /** The machine whose rules the plan must keep, down to the order of single accesses; nothing is checked by default. */
  readonly target?: PlanTarget;
  /** How routines are computed; by default those of this package. */
  readonly routineInterpreters?: RoutineInterpreters;
}

const kinds = {
  target: optional(targetKind),
  routineInterpreters: optional(anything<RoutineInterpreters>('a table of routine interpreters')),
} satisfies KindsOf<InterpretOptions>;

/**
 * Runs a plan in plain loops: the oracle for what backends make of plans, itself held against the graph's interpreter.
 * Memory that values share is shared here as well: what a step writes over is garbage from then on.
 *
 * @throws ManabiError `index` for an index outside its axis, `graph` for a plan that breaks a rule of the target, `argument`,
 *   `shape` or `dtype` for inputs that are not those of the plan
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

/** What holds for a plan and all plans in it. */
interface RunSettings {
  /** Whether steps are watched for races. */
  readonly watches: boolean;
  readonly interpreters: RoutineInterpreters;
}

/**
 * Runs a plan on elements that it may write over.
 *
 * @param given the plan's inputs
 * @param targets where its outputs go; fresh memory if null
 * @returns its outputs
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
    spoilShared(plan, step, slots);
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
      return place.reuses === null ? (targets?.[place.output] ?? garbage(dtype, elements)) : given[place.reuses];
    case 'constant':
      return toReference(place.value).data;
    case 'arena':
      return garbage(dtype, elements);
  }
}

/** The slot that has the same elements: values in scratch memory share it, but never while both are needed. */
function elementsRoot(plan: Plan, slot: number): number {
  return plan.slots[slot].place.kind === 'arena' ? slot : rootOf(plan, slot);
}

/** Returns memory that no step has written yet. It is not zero, so that a step that reads it gives wrong results. */
function garbage(dtype: DType, elements: number): Elements {
  return spoil(referenceStorage(dtype, elements));
}

function spoil(elements: Elements): Elements {
  return elements.fill(elements instanceof Float64Array ? Number.NaN : 0xa5);
}

/** Spoils all that shares scratch memory with what a step writes. */
function spoilShared({ slots }: Plan, step: Step, elements: readonly Elements[]): void {
  for (const { slot, written } of stepSlots(step)) {
    const { place, bytes } = slots[slot];
    if (!written || place.kind !== 'arena') continue;
    for (const [other, { place: others, bytes: length }] of slots.entries()) {
      if (other === slot || others.kind !== 'arena' || others.arena !== place.arena) continue;
      if (others.offset < place.offset + bytes && place.offset < others.offset + length) spoil(elements[other]);
    }
  }
}

function interpretRoutine(
  { name, attributes, operands, results, epilogue }: RoutineStep,
  memory: KernelMemory,
  interpreters: RoutineInterpreters,
): void {
  const finish = epilogue === null ? null : kernelRunner(epilogue, memory);
  let turn = 0;
  memory.watch?.enter(false);
  routineNamed(interpreters, name, 'The plan').run(attributes, {
    operands: operands.map(memory.slot),
    results: results.map(memory.slot),
    finish: (axes, element) => {
      if (finish === null) throw new Error(`Routine ${name} has no epilogue.`);
      memory.watch?.turn(turn++);
      finish(axes, element);
    },
  });
  memory.watch?.leave();
}
