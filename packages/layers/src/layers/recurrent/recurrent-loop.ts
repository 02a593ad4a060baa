import { flip, index, moveaxis, scan, stack, type Tensor, where, zerosLike } from '@manabi/core';
import { checkReturned } from '../../structure/check-tensor.ts';
import { alongFirstAxes } from '../core/mask-shape.ts';
import type { CellRun } from './recurrent-cell.ts';

/** A sequence, and how a cell goes through it. */
export interface Course {
  readonly run: CellRun;
  /** Input, `[batch, steps, …]`. */
  readonly x: Tensor;
  /** Mask of the steps, `[batch, steps]`, or null if all count. */
  readonly mask: Tensor | null;
  readonly states: readonly Tensor[];
  readonly goBackwards: boolean;
  readonly unroll: boolean;
  /** Whether outputs are zeros where the mask hides a step, not those of the step before. */
  readonly zeroOutputForMask: boolean;
  /** Whether the outputs of all steps are asked for. */
  readonly returnSequences: boolean;
}

/** What is left at the end of a course. */
export interface CourseResult {
  /** `[batch, steps, …]` in the order of reading, or the last one, `[batch, …]`. */
  readonly output: Tensor;
  readonly states: readonly Tensor[];
}

/** What goes from step to step. */
interface Carry {
  readonly states: readonly Tensor[];
  /** The output of the step before, where it is needed: for masked steps, or for the end. */
  readonly output: Tensor | null;
}

/** What a step sees. */
interface Slice {
  readonly prepared: readonly Tensor[];
  readonly mask: Tensor | null;
}

type Turn = (carry: Carry, slice: Slice) => [carry: Carry, output: Tensor | null];

/** Runs a cell over a sequence. What does not depend on states is computed for all steps before. */
export function runCourse(course: Course): CourseResult {
  const { run, returnSequences, mask, goBackwards } = course;
  if (mask === null && !course.unroll && run.sequence) {
    const { output, states } = run.sequence(course.x, course.states, { reverse: goBackwards, returnSequences });
    return { output: goBackwards && returnSequences ? flip(output, 1) : output, states };
  }
  const slices: Slice = {
    prepared: run.prepare(moveaxis(course.x, 1, 0)),
    mask: mask === null ? null : moveaxis(mask, 1, 0),
  };
  // To see what the cell makes: nothing of this step is computed.
  const sample = run.step(sliceAt(slices, 0).prepared, course.states);
  for (const made of [sample.output, ...sample.states]) checkReturned('rnn', 'A cell and its activations', made);
  const nothing = zerosLike(sample.output);
  const outputState = mask === null ? sample.states.indexOf(sample.output) : -1;
  const keepsOutput = mask !== null || (!returnSequences && outputState < 0);
  const turn: Turn = (before, { prepared, mask: counts }) => {
    const after = run.step(prepared, before.states);
    const chosen = (next: Tensor, last: Tensor): Tensor =>
      counts === null ? next : where(alongFirstAxes(counts, next), next, last);
    const hidden = course.zeroOutputForMask || before.output === null ? nothing : before.output;
    const output = chosen(after.output, hidden);
    const states = after.states.map((state, i) => chosen(state, before.states[i]));
    return [{ states, output: keepsOutput ? output : null }, returnSequences ? output : null];
  };
  const first: Carry = { states: course.states, output: keepsOutput ? nothing : null };
  const [last, outputs] = course.unroll
    ? unrolled(turn, first, slices, course)
    : scan<Carry, Slice, Tensor | null>(turn, first, slices, { reverse: course.goBackwards });
  if (outputs === null) return { output: last.output ?? last.states[outputState], states: last.states };
  const inOrder = course.goBackwards ? flip(outputs, 0) : outputs;
  return { output: moveaxis(inOrder, 0, 1), states: last.states };
}

function sliceAt({ prepared, mask }: Slice, step: number): Slice {
  return { prepared: prepared.map((x) => index(x, step)), mask: mask === null ? null : index(mask, step) };
}

function unrolled(turn: Turn, first: Carry, slices: Slice, { x, goBackwards }: Course): [Carry, Tensor | null] {
  const steps = Array.from({ length: x.shape[1] }, (_, step) => step);
  const outputs: Tensor[] = [];
  let carry = first;
  for (const step of goBackwards ? steps.reverse() : steps) {
    const [next, output] = turn(carry, sliceAt(slices, step));
    if (output !== null) outputs.push(output);
    carry = next;
  }
  if (outputs.length === 0) return [carry, null];
  return [carry, stack(goBackwards ? outputs.reverse() : outputs)];
}
