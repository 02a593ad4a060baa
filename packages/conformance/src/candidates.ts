import { cpuTarget, createCpuBackend } from '@manabi/backend-cpu';
import { compilePlan, type Plan } from '@manabi/compiler';
import type { Backend, Graph } from '@manabi/ir';
import { type Gap, hasRoutine } from './gap.ts';
import type { SpecialValues } from './judge.ts';
import { createPlanBackend } from './plan-backend.ts';
import { strictTarget } from './strict-target.ts';

/** A backend that the matrix is run on, and what it does not claim to do. */
export interface Candidate {
  readonly name: string;
  readonly create: () => Backend | Promise<Backend>;
  /** The module that registers it for `@manabi/core`, beside this one or of a package, if whole programs are run on it. */
  readonly register?: string;
  /** What it cannot do, each with a reason. */
  readonly gaps: readonly Gap[];
  readonly special: SpecialValues;
  /** Whether the same elements give the same bits in every place and every run. */
  readonly bits: 'repeatable' | 'free';
  /** The graphs that are worth running on it; all, if left out. */
  readonly concerns?: (graph: Graph) => boolean;
  /** The plan that it makes of a graph, if it makes plans: to tell a wrong plan from a wrong rendering of it. */
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

/** The same without a single tuned template: everything in loops. */
const cpuLoops: Candidate = {
  name: 'cpu without routines',
  create: () => createCpuBackend({ routines: [] }),
  gaps: [],
  special: 'exact',
  bits: 'repeatable',
  plan: (graph, donated) => compilePlan(graph, { target: { ...cpuTarget, routines: [] }, donated }),
};

/** Plans for a machine with the limits of a GPU, interpreted under its rules: what a renderer for one can count on. */
const strict: Candidate = {
  name: 'strict target',
  create: () => createPlanBackend(strictTarget),
  gaps: [{ dtypes: ['float64'], reason: 'the target has no float64' }],
  special: 'exact',
  bits: 'free',
};

/**
 * All backends of the matrix. With `MANABI_ROUTINES=off` in the environment everything runs without routines; otherwise
 * only what has any does so, beside the whole.
 */
export const candidates: readonly Candidate[] =
  process.env.MANABI_ROUTINES === 'off'
    ? [{ ...cpuLoops, register: './register-loops.child.ts' }]
    : [cpu, { ...cpuLoops, concerns: hasRoutine }, strict];
