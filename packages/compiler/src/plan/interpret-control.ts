import { sizeOf, type TensorType } from '@manabi/ir';
import type { ReferenceArray } from '@manabi/ir/reference';
import type { Branch, Loop, Plan } from './plan.ts';

/** Elements as the interpreter keeps them. */
export type Elements = ReferenceArray['data'];

type SlotElements = (slot: number) => Elements;
type RunPlan = (plan: Plan, given: readonly Elements[]) => readonly Elements[];

/** Runs a loop turn by turn, each on copies of its carries. */
export function interpretLoop(loop: Loop, slot: SlotElements, run: RunPlan): void {
  const { body, test, turns, reverse, carries, xs, ys } = loop;
  let state = carries.map(({ initial }) => slot(initial));
  const constants = loop.constants.map(slot);
  const sliceTypes = body.inputs.slice(carries.length);
  const yTypes = body.outputs.slice(carries.length);
  for (let turn = 0; turn !== turns; turn++) {
    const at = reverse && turns !== null ? turns - 1 - turn : turn;
    const taken = () => [
      ...state.map((elements) => elements.slice()),
      ...xs.map((x, i) => sliceAt(slot(x), sliceTypes[i], at)),
      ...constants,
    ];
    if (test !== null && run(test, taken())[0][0] === 0) break;
    const made = run(body, taken());
    state = made.slice(0, carries.length);
    ys.forEach((y, i) => {
      sliceAt(slot(y), yTypes[i], at).set(made[carries.length + i]);
    });
  }
  carries.forEach(({ final }, carry) => {
    slot(final).set(state[carry]);
  });
}

/** Runs one of two plans. */
export function interpretBranch(branch: Branch, slot: SlotElements, run: RunPlan): void {
  const { condition, thenPlan, elsePlan, inputs, outputs } = branch;
  const made = run(slot(condition)[0] === 0 ? elsePlan : thenPlan, inputs.map(slot));
  outputs.forEach((output, i) => {
    slot(output).set(made[i]);
  });
}

function sliceAt(elements: Elements, { shape }: TensorType, at: number): Elements {
  const size = sizeOf(shape);
  return elements.subarray(at * size, (at + 1) * size);
}
