import {
  compilePlan,
  gpuRoutineTable,
  gpuStrategies,
  type Plan,
  type PlannedGroups,
  type PlanTarget,
  type Step,
  type Strategies,
} from '@manabi/compiler';
import { type Graph, ManabiError, type Node } from '@manabi/ir';
import type { Tuning } from './device/tuning.ts';
import { ownBytes, slotBytes } from './runtime/plan-bytes.ts';
import { kernelShader } from './shaders/kernel-shader.ts';
import { loadRoutine, routineShaders, UnloadedRoutine } from './shaders/routine-shaders.ts';
import type { BindingLimits } from './shaders/windows/divide.ts';

/** A device for which graphs are planned. */
export interface PlanDevice {
  readonly target: PlanTarget;
  readonly limits: BindingLimits;
  readonly tuning: Tuning;
}

/** Numbers of buffers per step to try if large buffers need so many windows that nothing else can be bound with them. */
const FEWER_BINDINGS = [6, 4, 3];

/**
 * Returns the plan of a graph. If a step would bind too many windows of large buffers, several steps with fewer buffers
 * compute its results.
 *
 * @param donated numbers of the inputs that the plan may overwrite
 * @throws the errors of `compilePlan`; ManabiError `memory` for an operator that alone binds too many windows, or a tensor
 * with more than 2^32 elements
 */
export async function planGraph(graph: Graph, donated: readonly number[], device: PlanDevice): Promise<Plan> {
  for (;;) {
    try {
      return planWithLoaded(graph, donated, device);
    } catch (error) {
      if (!(error instanceof UnloadedRoutine)) throw error;
      await loadRoutine(error.routine, device.tuning);
    }
  }
}

/** See `planGraph`. @throws UnloadedRoutine for a routine whose shaders are written to find their windows */
function planWithLoaded(graph: Graph, donated: readonly number[], device: PlanDevice): Plan {
  const strategies = strategiesFor(device);
  const { target } = device;
  let refusal: ManabiError | null = null;
  for (const mostBindings of [target.mostBindings, ...FEWER_BINDINGS]) {
    if (mostBindings !== null && target.mostBindings !== null && mostBindings > target.mostBindings) continue;
    try {
      const plan = compilePlan(graph, {
        target: { ...target, mostBindings },
        donated,
        strategies,
        routineTable: gpuRoutineTable,
      });
      checkElements(plan);
      return plan;
    } catch (error) {
      if (!isRefusal(error)) {
        // An operator needs more buffers, so it cannot be divided further.
        if (refusal !== null && !(error instanceof UnloadedRoutine)) break;
        throw error;
      }
      refusal ??= error;
    }
  }
  throw refusal;
}

/** Shaders compute indices modulo this number. */
const MOST_ELEMENTS = 2 ** 32;

function checkElements({ slots }: Plan): void {
  const large = slots.find(({ elements }) => elements > MOST_ELEMENTS);
  if (large === undefined) return;
  const { dtype, elements } = large;
  throw new ManabiError(
    'memory',
    `A tensor of ${elements} elements of type ${dtype} is too large; shaders address at most ${MOST_ELEMENTS} elements. Split ` +
      'the tensor, or use another backend.',
    { op: 'compile', data: { dtype, elements, most: MOST_ELEMENTS, backend: 'webgpu' } },
  );
}

/** Whether an error says that a step would bind too many windows; see `divide`. */
const isRefusal = (error: unknown): error is ManabiError =>
  error instanceof ManabiError && error.code === 'memory' && error.data.windows !== undefined;

/** Returns `gpuStrategies`, but they also set stages apart that would bind too many windows together. */
const strategiesFor = (device: PlanDevice): Strategies => ({
  ...gpuStrategies,
  setApart: (planned, apart, target) =>
    gpuStrategies.setApart(planned, apart, target) || setWindowsApart(planned, apart, device),
});

/**
 * Adds the last node of each group that would bind too many windows to `apart`.
 *
 * @throws ManabiError `memory` for a group of one stage
 */
function setWindowsApart(
  { plan, groups, steps }: PlannedGroups,
  apart: Set<Node>,
  { limits, tuning }: PlanDevice,
): boolean {
  const bytesOf = slotBytes(plan, ownBytes(plan));
  if (plan.slots.every((_, slot) => bytesOf(slot) <= limits.largest)) return false;
  const check = (step: Step): void => {
    if (step.kind === 'kernel') kernelShader(plan, step, tuning, { limits, subgroups: false, bytesOf });
    if (step.kind === 'routine') routineShaders(plan, step, tuning, { limits, subgroups: false, bytesOf });
  };
  let isChanged = false;
  for (const [i, { members }] of groups.entries()) {
    try {
      for (const step of steps[i]) check(step);
    } catch (error) {
      if (!isRefusal(error) || members.length === 1) throw error;
      apart.add(members[members.length - 1].stage.node);
      isChanged = true;
    }
  }
  return isChanged;
}
