import { ManabiError, sizeOf, type TensorType } from '@manabi/ir';
import type { Plan, Slot, Step } from '../plan/plan.ts';
import { rootOf, stepBindings } from '../plan/step-bindings.ts';
import { stepSlots } from '../plan/step-slots.ts';
import type { PlanTarget } from '../target.ts';

/**
 * Checks that a plan respects the limits of a machine. Elements must be stored in the machine's sizes, and steps must
 * bind only as many buffers, of such sizes and at such offsets, as the machine allows. Kernels must not rely on an
 * order of execution that the machine does not guarantee.
 *
 * @throws ManabiError `graph`, naming the step or slot and the violated limit
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { compilePlan } from '@manabi/compiler';
 * import { checkPlan } from '@manabi/compiler/interpret';
 * import { graphBuilder } from '@manabi/ir';
 * const b = graphBuilder();
 * const plan = compilePlan(b.finish([b.neg(b.input({ dtype: 'float32', shape: [8] }))]), { target: cpuTarget });
 * checkPlan(plan, cpuTarget);
 * checkPlan(plan, { ...cpuTarget, mostBindings: 1 }); // throws 'graph'
 * ```
 */
export function checkPlan(plan: Plan, target: PlanTarget): void {
  for (const [slot, facts] of plan.slots.entries()) checkSlot(plan, slot, facts, target);
  for (const [at, step] of plan.steps.entries()) {
    const name = `step ${at}, ${stepName(step)}`;
    checkBindings(plan, step, name, target);
    checkSharing(plan, step, name, target);
    if (step.kind === 'kernel' && !target.nestsInOrder) {
      const nests = step.kernel.body.filter(({ kind }) => kind === 'loop');
      const alone = step.kernel.body.every(({ kind }) => kind === 'loop' || kind === 'define');
      if (nests.length > 1 || (nests.length === 1 && !alone))
        throw broken(`${name} has more than one loop nest; the target allows one`, { at });
    }
    for (const inner of plansIn(step)) checkPlan(inner, target);
    if (step.kind === 'loop') checkSlices(step.loop, name, target);
  }
}

function checkSlot({ arenas }: Plan, slot: number, facts: Slot, target: PlanTarget): void {
  const { dtype, elements, bytes, packed, place } = facts;
  const name = `slot ${slot}, ${dtype}[${elements}],`;
  const each = target.bytesOf[dtype];
  if (each === null) throw broken(`${name} has an unsupported dtype`, { slot });
  if (!packed && bytes !== elements * each && !isRaw(facts))
    throw broken(`${name} takes ${bytes} bytes, but must take ${elements * each}`, { slot });
  if (packed && place.kind !== 'input') throw broken(`${name} is packed, but only inputs may be`, { slot });
  if (target.largestBuffer !== null && bytes > target.largestBuffer) {
    throw broken(`${name} takes ${bytes} bytes, but a buffer holds at most ${target.largestBuffer}`, { slot });
  }
  if (place.kind !== 'arena') return;
  if (place.offset % target.bindingAlignment !== 0)
    throw broken(`${name} has offset ${place.offset}, which is not a multiple of ${target.bindingAlignment}`, { slot });
  if (place.offset + bytes > (arenas[place.arena] ?? 0)) throw broken(`${name} ends beyond its arena`, { slot });
}

/**
 * Returns true for a slot that is the arena of a nested plan. Such a slot has dtype uint8, because it stores values of
 * any dtype.
 */
function isRaw({ dtype, elements, bytes, place }: Slot): boolean {
  return dtype === 'uint8' && elements === bytes && place.kind === 'arena';
}

function checkBindings(plan: Plan, step: Step, name: string, { mostBindings }: PlanTarget): void {
  const bindings = stepBindings(plan, step);
  if (mostBindings !== null && bindings.length > mostBindings) {
    throw broken(`${name} binds ${bindings.length} buffers, but at most ${mostBindings} are allowed`, { bindings });
  }
  for (const { slot, written } of stepSlots(step)) {
    if (written && plan.slots[slot].packed) throw broken(`${name} writes slot ${slot}, which is packed`, { slot });
    if (step.kind === 'routine' && step.operands.includes(slot) && plan.slots[slot].packed) {
      throw broken(`${name} reads slot ${slot}, which is packed`, { slot });
    }
  }
}

/**
 * Checks that no step writes one slot and reads or writes another slot in the same buffer. Allowed are in-place updates
 * of donated inputs and, on targets with one arena, all slots of the arena.
 */
function checkSharing(plan: Plan, step: Step, name: string, { memory }: PlanTarget): void {
  const uses = stepSlots(step);
  for (const [i, a] of uses.entries()) {
    for (const b of uses.slice(i + 1)) {
      if (!(a.written || b.written) || rootOf(plan, a.slot) !== rootOf(plan, b.slot)) continue;
      const kinds = [plan.slots[a.slot].place.kind, plan.slots[b.slot].place.kind];
      const isInPlace = writesInPlace(step) && kinds.every((kind) => kind !== 'arena');
      if (isInPlace || (memory === 'arena' && kinds.every((kind) => kind === 'arena'))) continue;
      throw broken(`${name} writes a buffer that slots ${a.slot} and ${b.slot} share`, { slots: [a, b] });
    }
  }
}

function stepName(step: Step): string {
  if (step.kind === 'kernel') return step.kernel.name;
  return step.kind === 'routine' ? step.name : step.kind;
}

/**
 * Returns true for a step that can overwrite an input, because it reads each element before it writes the element at
 * the same index.
 */
function writesInPlace(step: Step): boolean {
  return step.kind === 'kernel' || (step.kind === 'routine' && step.epilogue !== null);
}

/**
 * Checks that every slice of a loop's array starts at an aligned offset, or is marked as `sliced`, so that the whole
 * array is bound.
 */
function checkSlices(
  { body, carries, xs, ys }: Extract<Step, { readonly kind: 'loop' }>['loop'],
  name: string,
  target: PlanTarget,
): void {
  const check = (kind: 'input' | 'output', number: number, type: TensorType): void => {
    const slot = body.slots.find(
      ({ place }) => place.kind === kind && (place.kind === 'input' ? place.input : place.output) === number,
    );
    const each = slot?.packed ? 1 : (target.bytesOf[type.dtype] ?? 1);
    const isAligned = (sizeOf(type.shape) * each) % target.bindingAlignment === 0;
    if (!isAligned && slot?.sliced !== true)
      throw broken(`${name} has unaligned slices as ${kind} ${number}, which must be marked as sliced`, { kind });
  };
  xs.forEach((_, i) => {
    check('input', carries.length + i, body.inputs[carries.length + i]);
  });
  ys.forEach((_, i) => {
    check('output', carries.length + i, body.outputs[carries.length + i]);
  });
}

function plansIn(step: Step): readonly Plan[] {
  if (step.kind === 'branch') return [step.branch.thenPlan, step.branch.elsePlan];
  if (step.kind !== 'loop') return [];
  return step.loop.test === null ? [step.loop.body] : [step.loop.body, step.loop.test];
}

function broken(rule: string, data: object): ManabiError {
  return new ManabiError('graph', `The plan violates a limit of its target: ${rule}.`, {
    op: 'checkPlan',
    data: { ...data },
  });
}
