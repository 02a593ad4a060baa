import { interpretPlan } from '@manabi/compiler/interpret';
import type { Backend, Graph, HostArray } from '@manabi/ir';
import type { Candidate } from './candidates.ts';
import { type Gap, gapOf } from './gap.ts';
import { type Judge, judgeOf, type SpecialValues } from './judge.ts';
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

/** A case, and its judges. */
export interface JudgedCase {
  readonly one: Case;
  /** Judges results by the reference, which runs when the first result is judged. */
  readonly judge: (special: SpecialValues) => Judge;
}

/** Makes the judges of a case once, for all candidates: the reference takes longer than most of them. */
export function withJudges(one: Case): JudgedCase {
  const judges = new Map<SpecialValues, Judge>();
  return {
    one,
    judge: (special) => {
      const judge = judges.get(special) ?? judgeOf(one.graph, one.inputs, special);
      judges.set(special, judge);
      return judge;
    },
  };
}

/** Runs a case on a candidate's backend and judges it by the reference. */
export async function checkCase(candidate: Candidate, backend: Backend, judged: JudgedCase): Promise<Verdict> {
  const { one } = judged;
  const judge = judged.judge(candidate.special);
  const wrong = await problemOf(candidate, backend, one, judge);
  const gap = gapOf(one.graph, candidate.gaps);
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
