import { interpretPlan } from '@manabi/compiler/interpret';
import type { Backend, Graph, HostArray } from '@manabi/ir';
import type { Candidate } from './candidates.ts';
import { type Gap, gapOf } from './gap.ts';
import { type Judge, judgeOf } from './judge.ts';
import { runGraph } from './run-graph.ts';

/** A graph with inputs, to be run and judged. */
export interface Case {
  readonly name: string;
  readonly graph: Graph;
  readonly inputs: readonly HostArray[];
  /** Positions of inputs that the run takes over; none, if left out. */
  readonly donated?: readonly number[];
}

/** A case that there is none of on any backend, and why. */
export interface Refusal {
  readonly name: string;
  readonly refusal: string;
}

/** Cases of one operator or composite. */
export interface Group {
  readonly name: string;
  /** The row of the table in which it is counted. */
  readonly family: string;
  readonly cases: () => readonly (Case | Refusal)[];
}

/** One column of the matrix. */
export interface Section {
  readonly name: string;
  readonly groups: readonly Group[];
}

/** How a case ended on a candidate; what falls into a gap may work all the same. */
export type Verdict =
  | { readonly outcome: 'passed'; readonly gap?: Gap }
  | { readonly outcome: 'gap'; readonly gap: Gap }
  | { readonly outcome: 'failed'; readonly message: string };

/** Runs a case on a candidate's backend and judges it by the reference. */
export async function checkCase(candidate: Candidate, backend: Backend, one: Case): Promise<Verdict> {
  const { graph, inputs } = one;
  const judge = judgeOf(graph, inputs, candidate.special);
  const wrong = await problemOf(candidate, backend, one, judge);
  const gap = gapOf(graph, candidate.gaps);
  if (wrong === null) return { outcome: 'passed', gap };
  if (gap !== undefined) return { outcome: 'gap', gap };
  return { outcome: 'failed', message: `${one.name}: ${wrong}${blame(candidate, one, judge)}` };
}

async function problemOf(
  candidate: Candidate,
  backend: Backend,
  { graph, inputs, donated }: Case,
  judge: Judge,
): Promise<string | null> {
  try {
    const { outputs, problem } = await runGraph(backend, graph, inputs, donated, candidate.bits === 'repeatable');
    return judge(outputs) ?? problem;
  } catch (error) {
    return `${error}`;
  }
}

/** Whose fault it is: the plan's, if interpreting it gives the wrong result too, or that of the backend. */
function blame({ plan }: Candidate, { graph, inputs, donated = [] }: Case, judge: Judge): string {
  if (plan === undefined) return '';
  try {
    const wrong = judge(interpretPlan(plan(graph, donated), inputs));
    return wrong === null ? ' [the plan is right, its rendering is wrong]' : ` [the plan is wrong: ${wrong}]`;
  } catch (error) {
    return ` [the plan fails: ${error}]`;
  }
}
