import { interpretPlan } from '@manabi/compiler/interpret';
import type { Backend, Graph, HostArray } from '@manabi/ir';
import type { Candidate } from './candidates.ts';
import { type Gap, gapOf } from './gap.ts';
import { type Judge, judgeOf, type SpecialValues } from './judge.ts';
import { runGraph } from './run-graph.ts';

/** A test case: a graph with inputs. */
export interface Case {
  readonly name: string;
  readonly graph: Graph;
  readonly inputs: readonly HostArray[];
  /** Positions of donated inputs. Default: none. */
  readonly donated?: readonly number[];
}

/** A case that no backend supports, with the reason. */
export interface Refusal {
  readonly name: string;
  readonly refusal: string;
}

/** Cases of one operator or composite. */
export interface Group {
  readonly name: string;
  /** Row of the printed table that counts the group. */
  readonly family: string;
  readonly cases: () => readonly (Case | Refusal)[];
}

/** Groups of cases that form one column of the printed table. */
export interface Section {
  readonly name: string;
  readonly groups: readonly Group[];
}

/** Outcome of a case on a candidate. A passed case may still belong to a gap. */
export type Verdict =
  | { readonly outcome: 'passed'; readonly gap?: Gap }
  | { readonly outcome: 'gap'; readonly gap: Gap }
  | { readonly outcome: 'failed'; readonly message: string };

/** A case and its judges. */
export interface JudgedCase {
  readonly one: Case;
  /** Returns the judge for a treatment of special values. The first call runs the reference. */
  readonly judge: (special: SpecialValues) => Judge;
}

/** Adds judges to a case, shared by all candidates: the reference is slower than most backends. */
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

/** Runs a case on the backend of a candidate and compares the outputs with the reference. */
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

/**
 * Describes the cause of a failure: the plan, if the plan interpreter computes wrong results as well, otherwise the
 * code of the backend.
 */
function blame({ plan }: Candidate, { graph, inputs, donated = [] }: Case, judge: Judge): string {
  if (plan === undefined) return '';
  try {
    const wrong = judge(interpretPlan(plan(graph, donated), inputs));
    return wrong === null
      ? ' [the plan is correct; the code generated from it is wrong]'
      : ` [the plan is wrong: ${wrong}]`;
  } catch (error) {
    return ` [the plan fails: ${error}]`;
  }
}
