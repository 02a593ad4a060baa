import type { Loop, SlotPlace } from '@manabi/compiler';
import { sizeOf } from '@manabi/ir';
import type { PooledBuffer } from '../device/buffer-pool.ts';
import { guardHeader, serviceThreads } from '../shaders/service-shaders.ts';
import type { BoundBuffer, ShaderNumber } from '../shaders/shader.ts';
import type { Commands, IndirectCounts } from './commands.ts';
import type { Gpu } from './gpu.ts';
import type {
  Guard,
  LoadedBranch,
  LoadedDispatch,
  LoadedLoop,
  LoadedPlan,
  LoadedShader,
  LoadedStep,
  LoopSlice,
} from './loaded-steps.ts';
import { readBack } from './read-back.ts';
import { type Span, sliceOf, spanOf } from './span.ts';
import type { StepTimer } from './step-timer.ts';
import { windowOf } from './window.ts';

/** The commands and resources of one run of an executable while its steps are being recorded. */
export interface Recording {
  readonly gpu: Gpu;
  readonly commands: Commands;
  /** Buffer in which shaders record indices that are out of range; null if the executable checks no indices. */
  readonly record: PooledBuffer | null;
  /** Measures the steps; null if they are not measured. */
  readonly timer: StepTimer | null;
}

/** Memory of the inputs, outputs and intermediate values of a plan in one run. */
export interface PlanMemory {
  readonly inputs: readonly Span[];
  readonly outputs: readonly Span[];
  readonly arenas: readonly Span[];
}

/**
 * Number of iterations of a `whileLoop` to record before the host first reads from the GPU whether the loop has ended.
 * If it has not, the host records twice as many iterations, but at most `MOST_ITERATIONS` more than before.
 */
const FIRST_ITERATIONS = 32;
const MOST_ITERATIONS = 512;

/**
 * Records the steps of a plan.
 *
 * @param guard buffers by which the GPU decides whether the steps run; null if they always run
 * @returns a promise if the host must wait while recording: to read from the GPU whether a `whileLoop` has ended, or for
 * the times of steps
 */
export function recordPlan(
  recording: Recording,
  { plan, steps, constants, record }: LoadedPlan,
  memory: PlanMemory,
  guard: Guard | null,
): void | Promise<void> {
  const slots = plan.slots.map(({ place }, slot) => slotSpan(place, memory, constants.get(slot)));
  const errors = record && recording.record && { ...spanOf(recording.record, record.bytes), offset: record.offset };
  return inOrder(steps, (step) => recordStep(recording, step, slots, errors, guard));
}

function slotSpan(place: SlotPlace, { inputs, outputs, arenas }: PlanMemory, constant: Span | undefined): Span {
  switch (place.kind) {
    case 'input':
      return inputs[place.input];
    case 'output':
      return outputs[place.output];
    case 'arena':
      return arenas[place.arena];
    case 'constant':
      if (constant === undefined) throw new Error('A constant was not loaded.');
      return constant;
  }
}

/** Calls a function for each item in order. If a call returns a promise, waits for it before the next call. */
function inOrder<T>(items: readonly T[], run: (item: T) => void | Promise<void>, from = 0): void | Promise<void> {
  for (let i = from; i < items.length; i++) {
    const pending = run(items[i]);
    if (pending !== undefined) return pending.then(() => inOrder(items, run, i + 1));
  }
}

function recordStep(
  recording: Recording,
  step: LoadedStep,
  slots: readonly Span[],
  errors: Span | null,
  guard: Guard | null,
): void | Promise<void> {
  switch (step.kind) {
    case 'loop':
      return step.test === null
        ? recordScan(recording, step, slots, guard)
        : recordWhile(recording, step, slots, guard);
    case 'branch':
      return recordBranch(recording, step, slots, guard);
    case 'shader':
      return inOrder(step.dispatches, (dispatch) => recordDispatch(recording, step, dispatch, slots, errors, guard));
  }
}

function recordDispatch(
  { commands, timer }: Recording,
  step: LoadedShader,
  { groups, entry, part }: LoadedDispatch,
  slots: readonly Span[],
  errors: Span | null,
  guard: Guard | null,
): void | Promise<void> {
  const { shader, bound } = step;
  const windows = part && (step.windowsOf?.(step, part, slots) ?? null);
  const spans = shader.bindings.map(
    ({ buffer }, binding) => windows?.spans[binding] ?? spanOfBuffer(step, buffer, slots, errors),
  );
  const numbers = shader.numbers.map((number) => windows?.number(number) ?? numberOf(number, slots));
  const workgroups = guard === null ? groups : countsBehind(guard, entry);
  if (timer === null) {
    commands.dispatch(bound, spans, numbers, workgroups);
    return;
  }
  const written = spans.filter((_, binding) => shader.bindings[binding].written);
  return timer.dispatch(commands, step.step, { bound, spans, starts: numbers, workgroups, written });
}

function numberOf(number: ShaderNumber, slots: readonly Span[]): number {
  if (number.kind !== 'start') throw new Error('The shader is not divided into parts.');
  return slots[number.slot].start;
}

function spanOfBuffer(
  { shader, scratch }: LoadedShader,
  buffer: BoundBuffer,
  slots: readonly Span[],
  errors: Span | null,
): Span {
  switch (buffer.kind) {
    case 'slot':
      return slots[buffer.slot];
    case 'scratch':
      return scratch[buffer.index];
    case 'errors':
      if (errors === null) throw new Error(`${shader.name} has no record of index errors.`);
      return errors;
  }
}

/** Records a loop with a fixed number of iterations. */
function recordScan(
  recording: Recording,
  step: LoadedLoop,
  slots: readonly Span[],
  guard: Guard | null,
): void | Promise<void> {
  const { loop, body, slices } = step;
  const { carries, reverse } = loop;
  const turns = loop.turns ?? 0;
  const finals = carries.map(({ final }) => slots[final]);
  const spares = carries.map(({ final, spare }) => slots[spare ?? final]);
  let state = carries.map(({ initial, spare }, carry) => {
    if (spare !== null) return slots[initial];
    copyCarry(recording, step, carry, 0, slots[initial], finals[carry], guard);
    return finals[carry];
  });
  // Iterations alternate between two buffers; the first one is chosen such that the last iteration writes to the final
  // buffer.
  let toFinal = turns % 2 === 1;
  const iterate = (turn: number): void | Promise<void> => {
    const at = reverse ? turns - 1 - turn : turn;
    const next = toFinal ? finals : spares;
    const memory = {
      inputs: [...state, ...slicesAt(slices.xs, slots, at), ...loop.constants.map((slot) => slots[slot])],
      outputs: [...next, ...slicesAt(slices.ys, slots, at)],
      arenas: arenasOf(loop, slots),
    };
    state = next;
    toFinal = !toFinal;
    return recordPlan(recording, body, memory, guard);
  };
  const finish = (): void => {
    for (const [carry, final] of finals.entries()) {
      if (state[carry] !== final) copyCarry(recording, step, carry, 1, state[carry], final, guard);
    }
  };
  const iterations = inOrder(
    Array.from({ length: turns }, (_, turn) => turn),
    iterate,
  );
  return iterations === undefined ? finish() : iterations.then(finish);
}

/**
 * Records a loop whose test decides on the GPU when it ends. Iterations are recorded before the GPU has run the test;
 * the shaders of iterations after the end are skipped.
 */
async function recordWhile(
  recording: Recording,
  step: LoadedLoop,
  slots: readonly Span[],
  guard: Guard | null,
): Promise<void> {
  const { loop, body, test } = step;
  if (test === null || loop.verdict === null) throw new Error('The loop has no test.');
  const { carries } = loop;
  const constants = loop.constants.map((slot) => slots[slot]);
  const finals = carries.map(({ final }) => slots[final]);
  const spares = carries.map(({ final, spare }) => slots[spare ?? final]);
  const verdict = slots[loop.verdict];
  const arenas = arenasOf(loop, slots);
  for (const [carry, { initial, spare }] of carries.entries()) {
    copyCarry(recording, step, carry, 0, slots[initial], finals[carry], guard);
    if (spare !== null) copyCarry(recording, step, carry, 1, slots[initial], spares[carry], guard);
  }
  let planned = FIRST_ITERATIONS;
  for (let turn = 0; turn !== loop.turns; turn++) {
    if (turn === planned) {
      if (!(await isOpen(recording, test.guard))) return;
      planned += Math.min(planned, MOST_ITERATIONS);
    }
    await recordPlan(recording, test.plan, { inputs: [...finals, ...constants], outputs: [verdict], arenas }, guard);
    recordGuard(recording, test.guard, verdict, guard, turn > 0);
    await recordPlan(recording, body, { inputs: [...finals, ...constants], outputs: spares, arenas }, test.guard);
    for (const [carry, { spare }] of carries.entries()) {
      if (spare !== null) copyCarry(recording, step, carry, 2, spares[carry], finals[carry], guard);
    }
  }
}

/** Records the steps of both plans of a branch. The GPU skips those of the plan that is not selected. */
function recordBranch(
  recording: Recording,
  step: LoadedBranch,
  slots: readonly Span[],
  guard: Guard | null,
): void | Promise<void> {
  const { branch, thenPlan, elsePlan, thenGuard, elseGuard } = step;
  const memory = {
    inputs: branch.inputs.map((slot) => slots[slot]),
    outputs: branch.outputs.map((slot) => slots[slot]),
    arenas: branch.arenas.map((slot) => slots[slot]),
  };
  const condition = slots[branch.condition];
  recordGuard(recording, thenGuard, condition, guard, false);
  recordGuard(recording, elseGuard, condition, guard, false);
  const sides: readonly (readonly [LoadedPlan, Guard])[] = [
    [thenPlan, thenGuard],
    [elsePlan, elseGuard],
  ];
  return inOrder(sides, ([plan, own]) => recordPlan(recording, plan, memory, own));
}

function recordGuard(
  { gpu, commands }: Recording,
  guard: Guard,
  condition: Span,
  parent: Guard | null,
  isLater: boolean,
): void {
  const { counts, words, steps, first, later } = guard;
  const bound =
    condition.bytes <= gpu.limits.largest ? condition : windowOf(condition, { low: 0, high: 4 }, 4, gpu.limits);
  const spans = [spanOf(counts, counts.bytes), spanOf(steps, steps.bytes), bound];
  if (parent !== null) spans.push(spanOf(parent.steps, parent.steps.bytes));
  commands.dispatch(isLater ? later : first, spans, [words, bound.start], 1);
}

/** Reads from the GPU whether the steps of a guarded plan run, that is, whether their workgroup counts are not zero. */
async function isOpen({ gpu, commands }: Recording, { steps }: Guard): Promise<boolean> {
  const [open] = new Uint32Array(await readBack(gpu, commands, spanOf(steps, 4), 4, 'run'));
  return open !== 0;
}

function countsBehind({ steps }: Guard, entry: number): IndirectCounts {
  return { buffer: steps, offset: 4 * (guardHeader + 3 * entry) };
}

/**
 * Records a copy of a carry. If the GPU decides whether the copy is made, a shader makes it, because the GPU can skip
 * the dispatch of a shader, but not a copy command. A shader also copies float16 elements of two bytes, because copy
 * commands only copy whole words.
 */
function copyCarry(
  { gpu, commands }: Recording,
  { copy, copies, body }: LoadedLoop,
  carry: number,
  site: 0 | 1 | 2,
  from: Span,
  to: Span,
  guard: Guard | null,
): void {
  const elements = sizeOf(body.plan.inputs[carry].shape);
  if (elements === 0 || (from.buffer === to.buffer && from.offset === to.offset && from.start === to.start)) return;
  const { isHalf, bound } = copy[carry];
  if (guard === null && !isHalf) {
    commands.copy(from, to, 4 * elements);
    return;
  }
  const { parts, entries } = copies[carry];
  for (const [part, { low, high }] of parts.entries()) {
    const count = high + 1 - low;
    const groups = guard === null ? Math.ceil(count / serviceThreads) : countsBehind(guard, entries[site][part]);
    const elementBytes = isHalf ? 2 : 4;
    const bytes = { low: low * elementBytes, high: (high + 1) * elementBytes };
    const spans = [from, to].map((span) =>
      span.bytes <= gpu.limits.largest ? span : windowOf(span, bytes, elementBytes, gpu.limits),
    );
    commands.dispatch(bound, spans, [count, spans[0].start + low, spans[1].start + low], groups);
  }
}

const slicesAt = (slices: readonly LoopSlice[], slots: readonly Span[], at: number): readonly Span[] =>
  slices.map((slice) => sliceOf(slots[slice.array], slice, at));

const arenasOf = ({ arenas }: Loop, slots: readonly Span[]): readonly Span[] => arenas.map((slot) => slots[slot]);
