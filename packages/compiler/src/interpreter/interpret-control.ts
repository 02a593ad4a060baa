import { sizeOf, type TensorType } from '@manabi/ir';
import type { ReferenceArray } from '@manabi/ir/reference';
import type { Branch, Loop, Plan } from '../plan/plan.ts';

/** Elements as the interpreter keeps them. */
export type Elements = ReferenceArray['data'];

type SlotElements = (slot: number) => Elements;
/** Runs a plan on its inputs, and writes its outputs where they belong. */
type RunPlan = (plan: Plan, inputs: readonly Elements[], outputs: readonly Elements[]) => void;

/** Runs a loop turn by turn, in the places that its carries have. */
export function interpretLoop(loop: Loop, slot: SlotElements, run: RunPlan): void {
  if (loop.test !== null && loop.decisions === 'device') interpretDeviceLoop(loop, loop.test, slot, run);
  else interpretHostLoop(loop, slot, run);
}

/** Runs a loop whose end only the device knows: after a verdict of false, each further turn copies the carries. */
function interpretDeviceLoop(loop: Loop, test: Plan, slot: SlotElements, run: RunPlan): void {
  const { body, turns, carries, verdict } = loop;
  if (verdict === null) throw new Error('A loop with a test has no verdict.');
  const constants = loop.constants.map(slot);
  const finals = carries.map(({ final }) => slot(final));
  const spares = carries.map(({ final, spare }) => slot(spare ?? final));
  carries.forEach(({ initial }, carry) => {
    finals[carry].set(slot(initial));
    spares[carry].set(slot(initial));
  });
  let goesOn = true;
  for (let turn = 0; turn !== turns; turn++) {
    const wentOn = goesOn;
    if (goesOn) {
      run(test, [...finals, ...constants], [slot(verdict)]);
      goesOn = slot(verdict)[0] !== 0;
    }
    if (goesOn) run(body, [...finals, ...constants], spares);
    finals.forEach((final, carry) => {
      if (final !== spares[carry]) final.set(spares[carry]);
    });
    // A second turn that is not made shows that it changes nothing.
    if (!wentOn) break;
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
  // So that the last of all turns writes the final place.
  let toFinal = turns === null || turns % 2 === 1;
  for (let turn = 0; turn !== turns; turn++) {
    const at = reverse && turns !== null ? turns - 1 - turn : turn;
    const taken = [...state, ...xs.map((x, i) => sliceAt(slot(x), sliceTypes[i], at)), ...constants];
    if (test !== null && verdict !== null) {
      run(test, taken, [slot(verdict)]);
      if (slot(verdict)[0] === 0) break;
    }
    const next = toFinal ? finals : spares;
    run(body, taken, [...next, ...ys.map((y, i) => sliceAt(slot(y), yTypes[i], at))]);
    state = next;
    toFinal = !toFinal;
  }
  finals.forEach((final, carry) => {
    if (state[carry] !== final) final.set(state[carry]);
  });
}

/** Runs one of two plans. */
export function interpretBranch(branch: Branch, slot: SlotElements, run: RunPlan): void {
  const { condition, thenPlan, elsePlan, inputs, outputs } = branch;
  run(slot(condition)[0] === 0 ? elsePlan : thenPlan, inputs.map(slot), outputs.map(slot));
}

function sliceAt(elements: Elements, { shape }: TensorType, at: number): Elements {
  const size = sizeOf(shape);
  return elements.subarray(at * size, (at + 1) * size);
}
