import type { Branch, Loop, Plan, Step } from '@manabi/compiler';
import type { PooledBuffer } from '../device/buffer-pool.ts';
import type { BindingKind } from '../device/pipelines.ts';
import { kernelShader } from '../shaders/kernel-shader.ts';
import { routineShader } from '../shaders/routine-shaders.ts';
import { copyShader, guardHeader, guardShader, serviceThreads } from '../shaders/service-shaders.ts';
import type { Shader } from '../shaders/shader.ts';
import { type Bound, foldedGroups } from './commands.ts';
import { packedWordsOf, wordsOf } from './elements.ts';
import { bound, boundService, bufferOf, type Gpu } from './gpu.ts';
import type { RecordLayout, RecordPart } from './index-record.ts';
import { type Span, spanOf } from './span.ts';

/** A plan with compiled shaders and constants on the GPU. */
export interface LoadedPlan {
  readonly plan: Plan;
  readonly steps: readonly LoadedStep[];
  /** By slot. */
  readonly constants: ReadonlyMap<number, Span>;
  readonly record: RecordPart | null;
}

/** A step of a loaded plan. `entry` is its number among the steps of the guard around it. */
export type LoadedStep =
  | { readonly kind: 'shader'; readonly shader: Shader; readonly bound: Bound; readonly entry: number }
  | LoadedLoop
  | LoadedBranch;

/** A loop with its plans. */
export interface LoadedLoop {
  readonly kind: 'loop';
  readonly loop: Loop;
  readonly body: LoadedPlan;
  readonly test: { readonly plan: LoadedPlan; readonly guard: Guard } | null;
  /** Numbers of the copies of carries among the steps of the guard around the loop: three for each carry. */
  readonly copies: readonly (readonly [toFinal: number, toSpare: number, back: number])[];
  readonly copy: Bound;
}

/** A branch with its plans. */
export interface LoadedBranch {
  readonly kind: 'branch';
  readonly branch: Branch;
  readonly thenPlan: LoadedPlan;
  readonly elsePlan: LoadedPlan;
  readonly thenGuard: Guard;
  readonly elseGuard: Guard;
}

/** Decides on the device whether the steps of a plan run: their workgroup counts are arguments that a shader fills in. */
export interface Guard {
  /** The workgroup counts of all steps behind the guard. */
  readonly counts: PooledBuffer;
  readonly words: number;
  readonly steps: PooledBuffer;
  /** The shader of the guard: without and with a parent, for the first iteration and later ones. */
  readonly shaders: { readonly [K in 'first' | 'firstInside' | 'later' | 'laterInside']: Bound };
}

/** Everything that plans on the GPU hold beside their shaders. */
export interface LoadContext {
  readonly gpu: Gpu;
  readonly records: RecordLayout;
  /** Buffers to give back with the plan. */
  readonly held: PooledBuffer[];
}

/** The workgroup counts of the steps behind a guard, while its plan is loaded. */
type Counts = [x: number, y: number, z: number][];

/**
 * Loads a plan: writes and compiles its shaders, all at once, and uploads its constants.
 *
 * @param counts receives the workgroup counts of its steps; null if it is not guarded
 * @throws ManabiError `backend` for a shader that the driver rejects
 */
export async function loadPlan(context: LoadContext, plan: Plan, counts: Counts | null = null): Promise<LoadedPlan> {
  const record = context.records.add(plan.sites);
  const constants = new Map<number, Span>();
  for (const [slot, { bytes, packed, place }] of plan.slots.entries()) {
    if (place.kind !== 'constant') continue;
    const buffer = bufferOf(context.gpu, packed ? packedWordsOf(place.value) : wordsOf(place.value));
    context.held.push(buffer);
    constants.set(slot, spanOf(buffer, bytes));
  }
  const steps = await Promise.all(plan.steps.map((step) => loadStep(context, plan, step, counts)));
  return { plan, steps: steps.flatMap((step) => step ?? []), constants, record };
}

async function loadStep(
  context: LoadContext,
  plan: Plan,
  step: Step,
  counts: Counts | null,
): Promise<LoadedStep | null> {
  switch (step.kind) {
    case 'loop':
      return loadLoop(context, plan, step.loop, counts);
    case 'branch':
      return loadBranch(context, step.branch);
    case 'kernel':
      return loadShader(context, kernelShader(plan, step), counts);
    case 'routine':
      return loadShader(context, routineShader(plan, step), counts);
  }
}

async function loadShader(
  { gpu }: LoadContext,
  shader: Shader | null,
  counts: Counts | null,
): Promise<LoadedStep | null> {
  if (shader === null) return null;
  const entry = addCount(counts, shader.groups);
  const kinds: BindingKind[] = shader.bindings.map(({ written }) => (written ? 'w' : 'r'));
  if (shader.starts.length > 0) kinds.push('u');
  return { kind: 'shader', shader, bound: await bound(gpu, shader.name, shader.code, kinds), entry };
}

async function loadLoop(context: LoadContext, plan: Plan, loop: Loop, counts: Counts | null): Promise<LoadedLoop> {
  const copies = loop.carries.map(({ final }) => {
    const groups = Math.ceil(plan.slots[final].elements / serviceThreads);
    return [addCount(counts, groups), addCount(counts, groups), addCount(counts, groups)] as const;
  });
  const copy = boundService(context.gpu, copyShader);
  if (loop.test === null) {
    return {
      kind: 'loop',
      loop,
      copies,
      test: null,
      body: await loadPlan(context, loop.body, counts),
      copy: await copy,
    };
  }
  const bodyCounts: Counts = [];
  const [body, test] = await Promise.all([
    loadPlan(context, loop.body, bodyCounts),
    loadPlan(context, loop.test, counts),
  ]);
  const guard = await loadGuard(context, bodyCounts, false);
  return { kind: 'loop', loop, copies, body, test: { plan: test, guard }, copy: await copy };
}

async function loadBranch(context: LoadContext, branch: Branch): Promise<LoadedBranch> {
  const [thenCounts, elseCounts]: [Counts, Counts] = [[], []];
  const [thenPlan, elsePlan] = await Promise.all([
    loadPlan(context, branch.thenPlan, thenCounts),
    loadPlan(context, branch.elsePlan, elseCounts),
  ]);
  const [thenGuard, elseGuard] = await Promise.all([
    loadGuard(context, thenCounts, false),
    loadGuard(context, elseCounts, true),
  ]);
  return { kind: 'branch', branch, thenPlan, elsePlan, thenGuard, elseGuard };
}

async function loadGuard({ gpu, held }: LoadContext, counts: Counts, negates: boolean): Promise<Guard> {
  const words = Uint32Array.from(counts.flat());
  const buffers = {
    counts: bufferOf(gpu, words.length === 0 ? new Uint32Array(1) : words),
    steps: gpu.pool.take(4 * (guardHeader + words.length)),
  };
  held.push(buffers.counts, buffers.steps);
  const shader = (hasParent: boolean, staysClosed: boolean) =>
    boundService(gpu, guardShader({ negates, hasParent, staysClosed }));
  const [first, firstInside, later, laterInside] = await Promise.all([
    shader(false, false),
    shader(true, false),
    shader(false, true),
    shader(true, true),
  ]);
  return { ...buffers, words: words.length, shaders: { first, firstInside, later, laterInside } };
}

function addCount(counts: Counts | null, groups: number): number {
  return counts === null ? 0 : counts.push([...(groups === 0 ? ([0, 0] as const) : foldedGroups(groups)), 1]) - 1;
}
