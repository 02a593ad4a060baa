import { sizeOf, type TensorType } from '@manabi/ir';
import type { ReferenceArray } from '@manabi/ir/reference';
import type { Branch, Loop, Plan } from '../plan/plan.ts';

/** Array in which the interpreter stores the elements of a value. */
export type Elements = ReferenceArray['data'];

type SlotElements = (slot: number) => Elements;
/** Runs a plan: reads the elements of its inputs and writes those of its outputs. */
type RunPlan = (plan: Plan, inputs: readonly Elements[], outputs: readonly Elements[]) => void;

/** Runs a loop, with its carries in the slots that the plan assigns to them. */
export function interpretLoop(loop: Loop, slot: SlotElements, run: RunPlan): void {
  if (loop.test !== null && loop.decisions === 'device') interpretDeviceLoop(loop, loop.test, slot, run);
  else interpretHostLoop(loop, slot, run);
}

/**
 * Runs a loop as a device does that decides itself when the loop ends: once the test returns false, iterations only
 * copy the carries.
 */
function interpretDeviceLoop(loop: Loop, test: Plan, slot: SlotElements, run: RunPlan): void {
  const { body, turns, carries, verdict } = loop;
  if (verdict === null) throw new Error('A loop with a test must have a verdict.');
  const constants = loop.constants.map(slot);
  const finals = carries.map(({ final }) => slot(final));
  const spares = carries.map(({ final, spare }) => slot(spare ?? final));
  carries.forEach(({ initial }, carry) => {
    finals[carry].set(slot(initial));
    spares[carry].set(slot(initial));
  });
  let continues = true;
  for (let iteration = 0; iteration !== turns; iteration++) {
    const continued = continues;
    if (continues) {
      run(test, [...finals, ...constants], [slot(verdict)]);
      continues = slot(verdict)[0] !== 0;
    }
    if (continues) run(body, [...finals, ...constants], spares);
    finals.forEach((final, carry) => {
      if (final !== spares[carry]) final.set(spares[carry]);
    });
    // After the test has returned false, one more iteration suffices to show that further iterations do not change the
    // carries.
    if (!continued) break;
  }
}

function interpretHostLoop(loop: Loop, slot: SlotElements, run: RunPlan): void {
  const { body, test, turns, reverse, carries, xs, ys, verdict } = loop;
  const constants = loop.constants.map(slot);
  const sliceTypes = body.inputs.slice(carries.length);
  const yTypes = body.outputs.slice(carries.length);
  const finals = carries.map(({ final }) => slot(final));
  const spares = carries.map(({ final, spare }) => slot(spare ?? final));
  let state = carries.map(({ initial, spare }, carry) => {
    if (spare === null) finals[carry].set(slot(initial));
    return spare === null ? finals[carry] : slot(initial);
  });
  // Iterations alternate between writing `final` and `spare`. The first one is chosen such that the last one writes
  // `final`.
  let toFinal = turns === null || turns % 2 === 1;
  for (let iteration = 0; iteration !== turns; iteration++) {
    const at = reverse && turns !== null ? turns - 1 - iteration : iteration;
    const inputs = [...state, ...xs.map((x, i) => sliceAt(slot(x), sliceTypes[i], at)), ...constants];
    if (test !== null && verdict !== null) {
      run(test, inputs, [slot(verdict)]);
      if (slot(verdict)[0] === 0) break;
    }
    const next = toFinal ? finals : spares;
    run(body, inputs, [...next, ...ys.map((y, i) => sliceAt(slot(y), yTypes[i], at))]);
    state = next;
    toFinal = !toFinal;
  }
  finals.forEach((final, carry) => {
    if (state[carry] !== final) final.set(state[carry]);
  });
}

/** Runs the plan that the condition of a branch selects. */
export function interpretBranch(branch: Branch, slot: SlotElements, run: RunPlan): void {
  const { condition, thenPlan, elsePlan, inputs, outputs } = branch;
  run(slot(condition)[0] === 0 ? elsePlan : thenPlan, inputs.map(slot), outputs.map(slot));
}

function sliceAt(elements: Elements, { shape }: TensorType, at: number): Elements {
  const size = sizeOf(shape);
  return elements.subarray(at * size, (at + 1) * size);
}
