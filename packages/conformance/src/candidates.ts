import { cpuTarget, createCpuBackend } from '@manabi/backend-cpu';
import { compilePlan, type Plan } from '@manabi/compiler';
import type { Backend, Graph } from '@manabi/ir';
import { type Gap, hasRoutine } from './gap.ts';
import type { SpecialValues } from './judge.ts';
import { createPlanBackend } from './plan-backend.ts';
import { strictTarget } from './strict-target.ts';

/** A backend under test, with its known gaps: operators and dtypes that it does not support. */
export interface Candidate {
  readonly name: string;
  readonly create: () => Backend | Promise<Backend>;
  /** Module that registers the backend, for tests that run whole programs. If missing, these tests skip the backend. */
  readonly register?: string;
  /** Unsupported operators and dtypes, each with a reason. */
  readonly gaps: readonly Gap[];
  /** Whether NaN and infinities in results are checked or ignored. */
  readonly special: SpecialValues;
  /**
   * Whether the backend computes the same bits for equal elements at every position and in every run (`repeatable`), or
   * not always (`free`).
   */
  readonly bits: 'repeatable' | 'free';
  /** Returns whether to run a graph on the backend. Default: all graphs run. */
  readonly concerns?: (graph: Graph) => boolean;
  /**
   * Returns the plan of a graph. If a result is wrong, interpreting the plan shows whether the plan or the generated
   * code is wrong.
   */
  readonly plan?: (graph: Graph, donated: readonly number[]) => Plan;
}

const cpu: Candidate = {
  name: 'cpu',
  create: () => createCpuBackend(),
  register: '@manabi/backend-cpu/register',
  gaps: [],
  special: 'exact',
  bits: 'repeatable',
  plan: (graph, donated) => compilePlan(graph, { target: cpuTarget, donated }),
};

/** The CPU backend without routines: all operators run as generated loops. */
const cpuLoops: Candidate = {
  name: 'cpu without routines',
  create: () => createCpuBackend({ routines: [] }),
  gaps: [],
  special: 'exact',
  bits: 'repeatable',
  plan: (graph, donated) => compilePlan(graph, { target: { ...cpuTarget, routines: [] }, donated }),
};

/** The plan interpreter, with plans for a target that has the limits of a small GPU. */
const strict: Candidate = {
  name: 'strict target',
  create: () => createPlanBackend(strictTarget),
  gaps: [{ dtypes: ['float64'], reason: 'the target has no float64' }],
  special: 'exact',
  bits: 'free',
};

/**
 * All backends of the matrix. With `MANABI_ROUTINES=off`, every graph runs without routines. Otherwise every graph runs
 * with routines, and a graph that may use a routine also runs without routines.
 */
export const candidates: readonly Candidate[] =
  process.env.MANABI_ROUTINES === 'off'
    ? [{ ...cpuLoops, register: './register-loops.child.ts' }]
    : [cpu, { ...cpuLoops, concerns: hasRoutine }, strict];
