import { ManabiError, sizeOf, type TensorType } from '@manabi/ir';
import type { Plan, Slot, Step } from '../plan/plan.ts';
import { rootOf, stepBindings } from '../plan/step-bindings.ts';
import { stepSlots } from '../plan/step-slots.ts';
import type { PlanTarget } from '../target.ts';

/**
 * Checks that a plan keeps the rules of a machine: how elements are stored, which buffers a step binds and where they
 * begin, and that no kernel counts on an order that the machine does not keep.
 *
 * @throws ManabiError `graph`, naming the step or slot and the rule
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
        throw broken(`${name} has more than one loop nest`, { at });
    }
    for (const inner of plansIn(step)) checkPlan(inner, target);
    if (step.kind === 'loop') checkSlices(step.loop, name, target);
  }
}

function checkSlot({ arenas }: Plan, slot: number, facts: Slot, target: PlanTarget): void {
  const { dtype, elements, bytes, packed, place } = facts;
  const name = `slot ${slot}, ${dtype}[${elements}],`;
  const each = target.bytesOf[dtype];
  if (each === null) throw broken(`${name} has a dtype that the machine lacks`, { slot });
  if (!packed && bytes !== elements * each && !isRaw(facts)) throw broken(`${name} takes ${bytes} bytes`, { slot });
  if (packed && place.kind !== 'input') throw broken(`${name} is packed, but no input`, { slot });
  if (target.largestBinding !== null && bytes > target.largestBinding) {
    throw broken(`${name} takes ${bytes} bytes, more than the ${target.largestBinding} of a binding`, { slot });
  }
  if (place.kind !== 'arena') return;
  if (place.offset % target.bindingAlignment !== 0) throw broken(`${name} lies at ${place.offset}`, { slot });
  if (place.offset + bytes > (arenas[place.arena] ?? 0)) throw broken(`${name} lies outside its arena`, { slot });
}

/** Memory for the arena of a plan within: bytes without a dtype of their own. */
function isRaw({ dtype, elements, bytes, place }: Slot): boolean {
  return dtype === 'uint8' && elements === bytes && place.kind === 'arena';
}

function checkBindings(plan: Plan, step: Step, name: string, { mostBindings }: PlanTarget): void {
  const bindings = stepBindings(plan, step);
  if (mostBindings !== null && bindings.length > mostBindings) {
    throw broken(`${name} binds ${bindings.length} buffers of at most ${mostBindings}`, { bindings });
  }
  for (const { slot, written } of stepSlots(step)) {
    if (written && plan.slots[slot].packed) throw broken(`${name} writes slot ${slot}, which is packed`, { slot });
    if (step.kind === 'routine' && step.operands.includes(slot) && plan.slots[slot].packed) {
      throw broken(`${name} reads slot ${slot}, which is packed`, { slot });
    }
  }
}

/** No buffer is written under one name and used under another, but for outputs over the inputs that they take over. */
function checkSharing(plan: Plan, step: Step, name: string, { memory }: PlanTarget): void {
  const uses = stepSlots(step);
  for (const [i, a] of uses.entries()) {
    for (const b of uses.slice(i + 1)) {
      if (!(a.written || b.written) || rootOf(plan, a.slot) !== rootOf(plan, b.slot)) continue;
      const places = [plan.slots[a.slot].place.kind, plan.slots[b.slot].place.kind];
      const isInPlace = writesInPlace(step) && places.every((kind) => kind !== 'arena');
      if (isInPlace || (memory === 'arena' && places.every((kind) => kind === 'arena'))) continue;
      throw broken(`${name} writes a buffer that it also uses as slots ${a.slot} and ${b.slot}`, { slots: [a, b] });
    }
  }
}

function stepName(step: Step): string {
  if (step.kind === 'kernel') return step.kernel.name;
  return step.kind === 'routine' ? step.name : step.kind;
}

/** True for a step that reads elements of an input before it writes those at the same place. */
function writesInPlace(step: Step): boolean {
  return step.kind === 'kernel' || (step.kind === 'routine' && step.epilogue !== null);
}

/** Slices of a loop begin where buffers can be bound, or are marked as parts of what is bound as a whole. */
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
      throw broken(`${name} takes unaligned slices as ${kind} ${number}`, { kind });
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
  return new ManabiError('graph', `The plan does not fit its target: ${rule}.`, { op: 'checkPlan', data: { ...data } });
}
