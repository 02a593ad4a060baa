import type { Branch, Loop, Plan, Step } from '@manabi/compiler';
import { sizeOf } from '@manabi/ir';
import type { PooledBuffer } from '../device/buffer-pool.ts';
import type { BindingKind } from '../device/pipelines.ts';
import { kernelShader } from '../shaders/kernel-shader.ts';
import { routineShader } from '../shaders/routine-shaders.ts';
import { copyShader, type GuardForm, guardHeader, guardShader, serviceThreads } from '../shaders/service-shaders.ts';
import type { Shader } from '../shaders/shader.ts';
import { type Bound, foldedGroups } from './commands.ts';
import { packedWordsOf, wordsOf } from './elements.ts';
import { bound, boundService, bufferOf, type Gpu } from './gpu.ts';
import type { RecordLayout, RecordPart } from './index-record.ts';
import { type Span, spanOf } from './span.ts';

/** A plan with its compiled shaders, and with its constants in GPU memory. */
export interface LoadedPlan {
  readonly plan: Plan;
  readonly steps: readonly LoadedStep[];
  /** Constants by slot. */
  readonly constants: ReadonlyMap<number, Span>;
  readonly record: RecordPart | null;
}

/** A step of a loaded plan. `entry` is the index of its workgroup counts in the guard around it (see `Guard`). */
export type LoadedStep =
  | { readonly kind: 'shader'; readonly shader: Shader; readonly bound: Bound; readonly entry: number }
  | LoadedLoop
  | LoadedBranch;

/** A loop with the loaded plans of its body and its test. */
export interface LoadedLoop {
  readonly kind: 'loop';
  readonly loop: Loop;
  readonly body: LoadedPlan;
  readonly test: { readonly plan: LoadedPlan; readonly guard: Guard } | null;
  /** Inputs and outputs of the body that are slices of an array. */
  readonly slices: { readonly xs: readonly LoopSlice[]; readonly ys: readonly LoopSlice[] };
  /** For each carry, the `entry` (see `LoadedStep`) of each of three copies that the loop may need. */
  readonly copies: readonly (readonly [toFinal: number, toSpare: number, back: number])[];
  readonly copy: Bound;
}

/** An input or output of a loop's body that is a slice of an array. */
export interface LoopSlice {
  /** Slot of the array, in the plan that contains the loop. */
  readonly array: number;
  /** Whether shaders bind the whole array; see `sliceOf`. */
  readonly isSliced: boolean;
  /** Number of elements per slice. */
  readonly elements: number;
}

/** A branch with the loaded plans of both sides. */
export interface LoadedBranch {
  readonly kind: 'branch';
  readonly branch: Branch;
  readonly thenPlan: LoadedPlan;
  readonly elsePlan: LoadedPlan;
  readonly thenGuard: Guard;
  readonly elseGuard: Guard;
}

/**
 * Buffers and shaders that decide on the GPU whether the steps of a plan run: the steps are dispatched indirectly, with
 * workgroup counts that a shader sets, to zero if the steps must not run.
 */
export interface Guard {
  /** Workgroup counts of all steps, if they run. */
  readonly counts: PooledBuffer;
  /** Number of words in `counts`. */
  readonly words: number;
  /** Workgroup counts for the dispatches, written by the shader; see `guardShader`. */
  readonly steps: PooledBuffer;
  /** Shader that sets the counts: for a branch, or in the first iteration of a loop. */
  readonly first: Bound;
  /** Shader that sets the counts in later iterations of a loop. */
  readonly later: Bound;
}

/** Resources used while the plans of an executable are loaded. */
export interface LoadContext {
  readonly gpu: Gpu;
  readonly records: RecordLayout;
  /** Buffers to give back to the pool when the executable is disposed. */
  readonly held: PooledBuffer[];
}

/** Workgroup counts of the steps of a guarded plan, collected while it is loaded. */
type Counts = [x: number, y: number, z: number][];

/**
 * Loads a plan: generates its shaders, compiles them concurrently, and uploads the constants.
 *
 * @param counts receives the workgroup counts of the steps; null if they are not guarded
 * @throws ManabiError `backend` if the driver rejects a shader
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
      return loadBranch(context, step.branch, counts !== null);
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
  const slices = {
    xs: loop.xs.map((array, i) => sliceIn(loop, 'input', array, i)),
    ys: loop.ys.map((array, i) => sliceIn(loop, 'output', array, i)),
  };
  const common = { kind: 'loop', loop, copies, slices, copy: await boundService(context.gpu, copyShader) } as const;
  if (loop.test === null) return { ...common, test: null, body: await loadPlan(context, loop.body, counts) };
  const bodyCounts: Counts = [];
  const [body, test] = await Promise.all([
    loadPlan(context, loop.body, bodyCounts),
    loadPlan(context, loop.test, counts),
  ]);
  const guard = await loadGuard(context, bodyCounts, { negates: false, hasParent: counts !== null });
  return { ...common, body, test: { plan: test, guard } };
}

/** Describes slice number `i` of a loop; the inputs and outputs before the slices are the carries. */
function sliceIn({ body, carries }: Loop, kind: 'input' | 'output', array: number, i: number): LoopSlice {
  const number = carries.length + i;
  const slot = body.slots.find(
    ({ place }) => place.kind === kind && (place.kind === 'input' ? place.input : place.output) === number,
  );
  const { shape } = (kind === 'input' ? body.inputs : body.outputs)[number];
  return { array, isSliced: slot?.sliced === true, elements: sizeOf(shape) };
}

async function loadBranch(context: LoadContext, branch: Branch, hasParent: boolean): Promise<LoadedBranch> {
  const [thenCounts, elseCounts]: [Counts, Counts] = [[], []];
  const [thenPlan, elsePlan] = await Promise.all([
    loadPlan(context, branch.thenPlan, thenCounts),
    loadPlan(context, branch.elsePlan, elseCounts),
  ]);
  const [thenGuard, elseGuard] = await Promise.all([
    loadGuard(context, thenCounts, { negates: false, hasParent }),
    loadGuard(context, elseCounts, { negates: true, hasParent }),
  ]);
  return { kind: 'branch', branch, thenPlan, elsePlan, thenGuard, elseGuard };
}

async function loadGuard(
  { gpu, held }: LoadContext,
  counts: Counts,
  form: Omit<GuardForm, 'staysClosed'>,
): Promise<Guard> {
  const words = Uint32Array.from(counts.flat());
  const buffers = {
    counts: bufferOf(gpu, words.length === 0 ? new Uint32Array(1) : words),
    steps: gpu.pool.take(4 * (guardHeader + words.length)),
  };
  held.push(buffers.counts, buffers.steps);
  const [first, later] = await Promise.all(
    [false, true].map((staysClosed) => boundService(gpu, guardShader({ ...form, staysClosed }))),
  );
  return { ...buffers, words: words.length, first, later };
}

function addCount(counts: Counts | null, groups: number): number {
  return counts === null ? 0 : counts.push([...(groups === 0 ? ([0, 0] as const) : foldedGroups(groups)), 1]) - 1;
}
