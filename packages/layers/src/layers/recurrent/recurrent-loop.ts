import { flip, index, moveaxis, scan, stack, type Tensor, where, zerosLike } from '@manabi/core';
import { checkReturned } from '../../structure/check-tensor.ts';
import { alongFirstAxes } from '../core/mask-shape.ts';
import type { CellRun } from './recurrent-cell.ts';

/** A sequence, and options for running a cell over its steps. */
export interface Recurrence {
  readonly run: CellRun;
  /** Input sequence, [batch, steps, ...]. */
  readonly x: Tensor;
  /** Mask of the steps, [batch, steps]; null if no step is masked. */
  readonly mask: Tensor | null;
  readonly states: readonly Tensor[];
  readonly goBackwards: boolean;
  readonly unroll: boolean;
  /** Whether the outputs of masked steps are zeros rather than the previous output. */
  readonly zeroOutputForMask: boolean;
  /** Whether the outputs of all steps are returned rather than only the last output. */
  readonly returnSequences: boolean;
}

/** Result of running a cell over the steps of a sequence. */
export interface RecurrenceResult {
  /** Outputs of all steps in the order of reading, [batch, steps, ...], or of the last step, [batch, ...]. */
  readonly output: Tensor;
  readonly states: readonly Tensor[];
}

/** Values that the loop over steps passes from one step to the next. */
interface Carry {
  readonly states: readonly Tensor[];
  /** The previous output, if masked steps or the result of the loop need it; otherwise null. */
  readonly output: Tensor | null;
}

/** Values that the loop reads in one step: the prepared part of the input, and the mask. */
interface Slice {
  readonly prepared: readonly Tensor[];
  readonly mask: Tensor | null;
}

type Iteration = (carry: Carry, slice: Slice) => [carry: Carry, output: Tensor | null];

/**
 * Runs a cell over a sequence. The part of each step that does not depend on states is computed first, for all steps
 * together.
 */
export function runRecurrence(recurrence: Recurrence): RecurrenceResult {
  const { run, x, returnSequences, mask, goBackwards } = recurrence;
  if (mask === null && !recurrence.unroll && run.sequence) {
    const { output, states } = run.sequence(x, recurrence.states, { reverse: goBackwards, returnSequences });
    return { output: goBackwards && returnSequences ? flip(output, 1) : output, states };
  }
  const slices: Slice = {
    prepared: run.prepare(moveaxis(x, 1, 0)),
    mask: mask === null ? null : moveaxis(mask, 1, 0),
  };
  // Determines shapes and dtypes; this step is never computed.
  const sample = run.step(sliceAt(slices, 0).prepared, recurrence.states);
  for (const made of [sample.output, ...sample.states]) checkReturned('rnn', 'The cell or its activation', made);
  const emptyOutput = zerosLike(sample.output);
  const outputState = mask === null ? sample.states.indexOf(sample.output) : -1;
  const keepsOutput = mask !== null || (!returnSequences && outputState < 0);
  const iterate: Iteration = (before, { prepared, mask: isUnmasked }) => {
    const after = run.step(prepared, before.states);
    const select = (next: Tensor, last: Tensor): Tensor =>
      isUnmasked === null ? next : where(alongFirstAxes(isUnmasked, next), next, last);
    const maskedOutput = recurrence.zeroOutputForMask || before.output === null ? emptyOutput : before.output;
    const output = select(after.output, maskedOutput);
    const states = after.states.map((state, i) => select(state, before.states[i]));
    return [{ states, output: keepsOutput ? output : null }, returnSequences ? output : null];
  };
  const first: Carry = { states: recurrence.states, output: keepsOutput ? emptyOutput : null };
  const [last, outputs] = recurrence.unroll
    ? unrolled(iterate, first, slices, recurrence)
    : scan<Carry, Slice, Tensor | null>(iterate, first, slices, { reverse: goBackwards });
  if (outputs === null) return { output: last.output ?? last.states[outputState], states: last.states };
  const inOrder = goBackwards ? flip(outputs, 0) : outputs;
  return { output: moveaxis(inOrder, 0, 1), states: last.states };
}

function sliceAt({ prepared, mask }: Slice, step: number): Slice {
  return { prepared: prepared.map((x) => index(x, step)), mask: mask === null ? null : index(mask, step) };
}

function unrolled(
  iterate: Iteration,
  first: Carry,
  slices: Slice,
  { x, goBackwards }: Recurrence,
): [Carry, Tensor | null] {
  const steps = Array.from({ length: x.shape[1] }, (_, step) => step);
  const outputs: Tensor[] = [];
  let carry = first;
  for (const step of goBackwards ? steps.reverse() : steps) {
    const [next, output] = iterate(carry, sliceAt(slices, step));
    if (output !== null) outputs.push(output);
    carry = next;
  }
  if (outputs.length === 0) return [carry, null];
  return [carry, stack(goBackwards ? outputs.reverse() : outputs)];
}
