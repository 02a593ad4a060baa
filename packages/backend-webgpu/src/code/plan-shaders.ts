import type { Plan, Step } from '@manabi/compiler';
import { type KindsOf, kind, oneOf, optional, readArgument, readOptions } from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import type { Tuning } from '../device/tuning.ts';
import { ownBytes, slotBytes } from '../runtime/plan-bytes.ts';
import { kernelShader } from '../shaders/kernel-shader.ts';
import { laterShaders } from '../shaders/later-shaders.ts';
import { provideShaders, routineShaders } from '../shaders/routine-shaders.ts';
import type { Shader } from '../shaders/shader.ts';
import { oneShader } from '../shaders/step-shaders.ts';

/** Options of `planShaders`. */
export interface PlanShadersOptions {
  /** The tuning of the target; see `webGpuTarget`. Default: `hardware`. */
  readonly tuning?: Tuning;
}

/** A compute shader of a plan. */
export interface PlanShader {
  readonly name: string;
  /** Position in `plan.steps` of the step that the shader computes, or a part of it. */
  readonly step: number;
  /** Number of workgroups that are dispatched. */
  readonly groups: number;
  /** WGSL code. */
  readonly code: string;
}

const planKind = kind('a plan for webGpuTarget(), as compilePlan() returns it', isPlan);

function isPlan(given: unknown): given is Plan {
  return isPlainObject(given) && [given.slots, given.steps, given.inputs, given.outputs].every(Array.isArray);
}

const kinds = {
  tuning: optional(oneOf('hardware', 'software'), 'hardware'),
} satisfies KindsOf<PlanShadersOptions>;

/** The default limits of WebGPU. */
const limits = { largest: 2 ** 27, alignment: 256, mostBindings: 8 };

/**
 * Returns the shaders with which a GPU computes a plan. Use it to learn how a network is computed; it needs no GPU, and the code
 * may change between versions. The code is that for a device with WebGPU's default limits and without optional features.
 *
 * @param plan plan for `webGpuTarget`, from `compilePlan`
 * @throws ManabiError `argument` for a routine that the backend does not have; `memory` for a value that is too large for the
 * default limits
 * @example
 * ```ts
 * import { webGpuTarget } from '@manabi/backend-webgpu';
 * import { planShaders } from '@manabi/backend-webgpu/code';
 * import { compilePlan, gpuRoutineTable, gpuStrategies } from '@manabi/compiler';
 * import { graphBuilder } from '@manabi/ir';
 *
 * const target = webGpuTarget({
 *   maxStorageBuffersPerShaderStage: 8,
 *   maxBufferSize: 2 ** 28,
 *   minStorageBufferOffsetAlignment: 256,
 * });
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [64] });
 * const graph = b.finish([b.mul(x, x)]);
 * const plan = compilePlan(graph, { target, strategies: gpuStrategies, routineTable: gpuRoutineTable });
 * console.log(planShaders(plan)[0].code.includes('@compute')); // true
 * ```
 */
export function planShaders(plan: Plan, options: PlanShadersOptions = {}): readonly PlanShader[] {
  readArgument('planShaders', 'plan', plan, planKind);
  const { tuning } = readOptions('planShaders', options, kinds);
  provideShaders(laterShaders);
  return plan.steps.flatMap((step, i) =>
    shadersOf(plan, step, tuning).map(({ name, groups, code }) => ({ name, step: i, groups, code })),
  );
}

/** Returns the shaders of a step, including those of the steps in a loop or branch. */
function shadersOf(plan: Plan, step: Step, tuning: Tuning): readonly Shader[] {
  const bindable = { limits, subgroups: false, bytesOf: slotBytes(plan, ownBytes(plan)) };
  const within = (inner: Plan) => inner.steps.flatMap((each) => shadersOf(inner, each, tuning));
  switch (step.kind) {
    case 'kernel':
      return oneShader(kernelShader(plan, step, tuning, bindable)).shaders;
    case 'routine':
      return routineShaders(plan, step, tuning, bindable).shaders;
    case 'loop':
      return [step.loop.test, step.loop.body].flatMap((inner) => (inner === null ? [] : within(inner)));
    case 'branch':
      return [...within(step.branch.thenPlan), ...within(step.branch.elsePlan)];
  }
}
