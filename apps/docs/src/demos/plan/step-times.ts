import { timeSteps } from '@manabi/backend-cpu/code';
import { createWebGpuBackend } from '@manabi/backend-webgpu';
import type { Plan } from '@manabi/compiler';
import {
  type Backend,
  type Graph,
  type HostArray,
  hostArray,
  inputTypes,
  newElements,
  type TensorType,
} from '@manabi/ir';

/** The times of the steps of a plan in milliseconds, or null, and how they were measured or why not. */
export interface StepTimes {
  readonly times: readonly (number | null)[] | null;
  readonly clock: string;
}

/** Number of times that a GPU runs the plan; the shortest time of each step counts. */
const GPU_RUNS = 10;

/** Measures the steps on this processor. @param milliseconds how long each step is repeated */
export function timesOnCpu(plan: Plan, milliseconds: number): StepTimes {
  return {
    times: timeSteps(plan, plan.inputs.map(valuesOf), { milliseconds }),
    clock: 'Mean time of many repetitions on one thread of your processor.',
  };
}

/** The backend of all measurements; null before the first one, and after an error. */
let gpu: Promise<Backend> | null = null;

/**
 * Measures the steps on the GPU of this machine, if it has one.
 *
 * @param names names of the steps, which the GPU must run
 */
export async function timesOnGpu(
  graph: Graph,
  donated: readonly number[],
  names: readonly string[],
): Promise<StepTimes> {
  if (globalThis.navigator?.gpu === undefined)
    return { times: null, clock: 'Your browser has no WebGPU, so the steps are not measured.' };
  try {
    gpu ??= createWebGpuBackend({ measures: true, defaultLimits: true, tuning: 'hardware' });
    const backend = await gpu;
    const executable = await backend.compile(graph, { donated });
    const values = inputTypes(graph).map(valuesOf);
    for (let i = 0; i < GPU_RUNS; i++) {
      const inputs = values.map((value) => backend.upload(value));
      const outputs = await executable.run(inputs);
      for (const [at, input] of inputs.entries()) if (!donated.includes(at)) backend.release(input);
      for (const output of outputs) backend.release(output);
    }
    const steps = ((await executable.steps?.()) ?? []).filter(({ depth }) => depth === 0);
    executable.dispose();
    if (steps.map(({ name }) => name).join() !== names.join()) {
      return { times: null, clock: 'Your GPU runs other steps, which are not measured.' };
    }
    const clock =
      steps[0]?.clock === 'gpu' ? 'timestamps of your GPU' : "the page's clock, from submission to completion";
    return { times: steps.map((step) => step.milliseconds), clock: `Shortest of ${GPU_RUNS} runs by ${clock}.` };
  } catch (error) {
    gpu = null;
    const reason = error instanceof Error ? error.message : String(error);
    return { times: null, clock: `The steps are not measured: ${reason}` };
  }
}

/** Returns numbers from -1 to 1, or zeros, which are valid indices. */
function valuesOf({ dtype, shape }: TensorType): HostArray {
  const isFloat = dtype.startsWith('float');
  const values = newElements('explain', { dtype, shape }).map((_, i) => (isFloat ? Math.sin(i * 12.9898) : 0));
  return hostArray(dtype, shape, values);
}
