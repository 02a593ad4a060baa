import type { Branch, Loop, Plan, Slot, Step } from '@manabi/compiler';
import { ManabiError, sizeOf } from '@manabi/ir';
import type { PooledBuffer } from '../device/buffer-pool.ts';
import type { BindingKind } from '../device/pipelines.ts';
import type { GuardForm } from '../shaders/control-shaders.ts';
import { kernelShader } from '../shaders/kernel-shader.ts';
import { loadRoutine, routineShaders } from '../shaders/routine-shaders.ts';
import { guardHeader, serviceParts, serviceThreads } from '../shaders/service-shaders.ts';
import { oneShader, type StepShaders } from '../shaders/step-shaders.ts';
import type { ShaderPart } from '../shaders/windows/divide.ts';
import { scratchIndex, scratchSlot } from '../shaders/windows/scratch-slot.ts';
import { bound, boundService } from './bound.ts';
import { foldedGroups } from './commands.ts';
import { packedWordsOf, wordsOf } from './elements.ts';
import { bufferOf, type Gpu } from './gpu.ts';
import type { RecordLayout } from './index-record.ts';
import type {
  Guard,
  LoadedBranch,
  LoadedLoop,
  LoadedPlan,
  LoadedShader,
  LoadedStep,
  LoopSlice,
} from './loaded-steps.ts';
import { branchBytes, loopBytes, ownBytes, type PlanBytes, slotBytes } from './plan-bytes.ts';
import { type Span, spanOf } from './span.ts';
import { copyParts, windowOf } from './window.ts';

/** Device and resources that all plans of an executable use while they are loaded. */
export interface LoadContext {
  readonly gpu: Gpu;
  readonly records: RecordLayout;
  /** Buffers to give back to the pool when the executable is disposed. */
  readonly held: PooledBuffer[];
}

/** Workgroup counts of the steps of a plan that has a `Guard`, collected while the plan is loaded. */
type Counts = [x: number, y: number, z: number][];

/**
 * Loads a plan: generates its shaders, compiles them concurrently, and uploads the constants.
 *
 * @param bytes sizes of the memory that is bound for the plan
 * @param counts array to which the workgroup counts of the steps are added; null if the plan has no `Guard`
 * @param first index of the first step in `Executable.steps`
 * @throws ManabiError `backend` if the driver rejects a shader, `memory` for a buffer that is larger than a binding, if it
 * cannot be accessed through windows
 */
export async function loadPlan(
  context: LoadContext,
  plan: Plan,
  bytes: PlanBytes = ownBytes(plan),
  counts: Counts | null = null,
  first = 0,
): Promise<LoadedPlan> {
  const record = context.records.add(plan.sites);
  const constants = new Map<number, Span>();
  for (const [slot, { bytes, packed, place }] of plan.slots.entries()) {
    if (place.kind !== 'constant') continue;
    const buffer = bufferOf(
      context.gpu,
      packed ? packedWordsOf(place.value) : wordsOf(place.value, context.gpu.halfBytes),
    );
    context.held.push(buffer);
    constants.set(slot, spanOf(buffer, bytes));
  }
  const bytesOf = slotBytes(plan, bytes);
  let next = first;
  const loading = plan.steps.map((step) => {
    const index = next;
    next += stepCount(step);
    return loadStep(context, { plan, bytesOf }, step, counts, index);
  });
  const steps = await Promise.all(loading);
  return { plan, steps: steps.flat(), constants, record };
}

/** Returns the number of a step's entries in `Executable.steps`: itself, and the steps in its plans. */
function stepCount(step: Step): number {
  switch (step.kind) {
    case 'kernel':
    case 'routine':
      return 1;
    case 'loop':
      return 1 + stepCountOf(step.loop.body) + (step.loop.test === null ? 0 : stepCountOf(step.loop.test));
    case 'branch':
      return 1 + stepCountOf(step.branch.thenPlan) + stepCountOf(step.branch.elsePlan);
  }
}

const stepCountOf = ({ steps }: Plan): number => steps.reduce((sum, step) => sum + stepCount(step), 0);

/** A plan, and the size in bytes of the memory that is bound for each of its slots. */
interface BoundPlan {
  readonly plan: Plan;
  readonly bytesOf: (slot: number) => number;
}

async function loadStep(
  context: LoadContext,
  { plan, bytesOf }: BoundPlan,
  step: Step,
  counts: Counts | null,
  index: number,
): Promise<readonly LoadedStep[]> {
  const { tuning, limits, subgroups } = context.gpu;
  const bindable = { limits, subgroups, bytesOf };
  switch (step.kind) {
    case 'loop':
      return [await loadLoop(context, { plan, bytesOf }, step.loop, counts, index)];
    case 'branch':
      return [await loadBranch(context, step.branch, branchBytes(step.branch, bytesOf), counts !== null, index)];
    case 'kernel':
      return loadShaders(context, oneShader(kernelShader(plan, step, tuning, bindable)), counts, index);
    case 'routine':
      await loadRoutine(step.name, tuning);
      return loadShaders(context, routineShaders(plan, step, tuning, bindable), counts, index);
  }
}

function loadShaders(
  { gpu, held }: LoadContext,
  { shaders, scratch }: StepShaders,
  counts: Counts | null,
  step: number,
): Promise<readonly LoadedShader[]> {
  const most = gpu.device.limits.maxBufferSize;
  const largest = Math.max(0, ...scratch);
  if (largest > most) throw scratchError(shaders[0].name, largest, most);
  const buffers = scratch.map((bytes) => gpu.pool.take(bytes));
  held.push(...buffers);
  const spans = buffers.map((buffer, i) => spanOf(buffer, scratch[i]));
  return Promise.all(
    shaders.map(async (shader): Promise<LoadedShader> => {
      const parts: readonly (ShaderPart | null)[] = shader.division?.parts ?? [null];
      const dispatches = parts.map((part) => {
        const groups = part?.groups ?? shader.groups;
        return { groups, entry: addCount(counts, groups), part };
      });
      const windows = [...(shader.division?.windows.counts.values() ?? [])].reduce((sum, count) => sum + count - 1, 0);
      const spares = Array.from({ length: windows }, () => gpu.pool.take(4));
      held.push(...spares);
      const kinds: BindingKind[] = shader.bindings.map(({ written }) => (written ? 'w' : 'r'));
      if (shader.numbers.length > 0) kinds.push('u');
      const pipeline = await bound(gpu, shader.name, shader.code, kinds);
      return {
        kind: 'shader',
        shader,
        bound: pipeline,
        scratch: spans,
        spares: spares.map((buffer) => spanOf(buffer, buffer.bytes)),
        dispatches,
        windowsOf: shader.division && (await windowsOn(gpu)),
        step,
      };
    }),
  );
}

async function windowsOn({ limits }: Gpu): Promise<LoadedShader['windowsOf']> {
  const { partWindows } = await import('./part-windows.ts');
  const tools = { windowOf, scratchIndex, scratchSlot };
  return (step, part, slots) => partWindows(step, part, slots, limits, tools);
}

function scratchError(name: string, bytes: number, most: number): ManabiError {
  return new ManabiError(
    'memory',
    `${name} needs intermediate results of ${bytes} bytes; the GPU supports at most ${most} bytes per buffer. Split the tensor into rows, ` +
      'or use another backend.',
    { op: 'webgpu', data: { bytes, most } },
  );
}

async function loadLoop(
  context: LoadContext,
  { plan, bytesOf }: BoundPlan,
  loop: Loop,
  counts: Counts | null,
  index: number,
): Promise<LoadedLoop> {
  const copies = loop.carries.map(({ initial, final, spare }) => {
    const { elements, bytes } = plan.slots[final];
    const isLarge = [initial, final, spare ?? final].some((slot) => bytesOf(slot) > context.gpu.limits.largest);
    const parts = copyParts(elements, isLarge ? bytes / elements : null, context.gpu.limits);
    const entries = (): readonly number[] =>
      parts.map(({ low, high }) => addCount(counts, Math.ceil((high + 1 - low) / serviceThreads)));
    return { parts, entries: [entries(), entries(), entries()] as const };
  });
  const slices = {
    xs: loop.xs.map((array, i) => sliceIn(loop, 'input', array, i)),
    ys: loop.ys.map((array, i) => sliceIn(loop, 'output', array, i)),
  };
  const { copyShader } = await import('../shaders/control-shaders.ts');
  const copy = await Promise.all(
    loop.carries.map(async ({ final }) => {
      const isHalf = hasHalves(plan.slots[final]);
      return { isHalf, bound: await boundService(context.gpu, copyShader(serviceParts, isHalf ? 'f16' : 'u32')) };
    }),
  );
  const sizes = loopBytes(loop, bytesOf);
  const common = { kind: 'loop', loop, copies, slices, copy } as const;
  if (loop.test === null)
    return { ...common, test: null, body: await loadPlan(context, loop.body, sizes, counts, index + 1) };
  const bodyCounts: Counts = [];
  const [body, test] = await Promise.all([
    loadPlan(context, loop.body, sizes, bodyCounts, index + 1),
    loadPlan(context, loop.test, { ...sizes, outputs: [] }, counts, index + 1 + stepCountOf(loop.body)),
  ]);
  const guard = await loadGuard(context, bodyCounts, { negates: false, hasParent: counts !== null });
  return { ...common, body, test: { plan: test, guard } };
}

/**
 * Describes the sliced input or output number `i` of a loop's body; in the lists of inputs and outputs, slices follow
 * the carries.
 */
function sliceIn({ body, carries }: Loop, kind: 'input' | 'output', array: number, i: number): LoopSlice {
  const number = carries.length + i;
  const slot = body.slots.find(
    ({ place }) => place.kind === kind && (place.kind === 'input' ? place.input : place.output) === number,
  );
  const { shape } = (kind === 'input' ? body.inputs : body.outputs)[number];
  const elements = sizeOf(shape);
  // A slice that the body does not use has no slot.
  return { array, isSliced: slot?.sliced === true, elements, bytes: slot?.bytes ?? 4 * elements };
}

/** Whether the elements of a slot have two bytes. */
function hasHalves({ dtype, bytes, elements }: Slot): boolean {
  return dtype === 'float16' && bytes === 2 * elements;
}

async function loadBranch(
  context: LoadContext,
  branch: Branch,
  sizes: PlanBytes,
  hasParent: boolean,
  index: number,
): Promise<LoadedBranch> {
  const [thenCounts, elseCounts]: [Counts, Counts] = [[], []];
  const [thenPlan, elsePlan] = await Promise.all([
    loadPlan(context, branch.thenPlan, sizes, thenCounts, index + 1),
    loadPlan(context, branch.elsePlan, sizes, elseCounts, index + 1 + stepCountOf(branch.thenPlan)),
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
  const { guardShader } = await import('../shaders/control-shaders.ts');
  const [first, later] = await Promise.all(
    [false, true].map((staysClosed) => boundService(gpu, guardShader(serviceParts, { ...form, staysClosed }))),
  );
  return { ...buffers, words: words.length, first, later };
}

function addCount(counts: Counts | null, groups: number): number {
  return counts === null ? 0 : counts.push([...(groups === 0 ? ([0, 0] as const) : foldedGroups(groups)), 1]) - 1;
}
